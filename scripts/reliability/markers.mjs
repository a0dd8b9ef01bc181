// Where a generated section stands in a document.

/** Puts a text between `<!-- made: name -->` and `<!-- end: name -->`. Throws where they are not there. */
export function replaceSection(document, name, text) {
  const [begin, end] = [`<!-- made: ${name} -->`, `<!-- end: ${name} -->`];
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`there is no place between "${begin}" and "${end}"`);
  return `${document.slice(0, from + begin.length)}\n\n${text.trim()}\n\n${document.slice(to)}`;
}
