// Lit keeps CSS and HTML in template literals, which no JavaScript minifier dares to touch. This rollup plugin takes the
// white space and comments out of those tagged `css`, and the line breaks and indents out of those tagged `html` or `svg`.
import MagicString from 'magic-string';

// Strings first, so that nothing inside them looks like a comment; a string cut in two by `${…}` never matches one.
const STRING = /"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'/.source;
const BLANK = /(?:\s|\/\*[^]*?\*\/)/.source;
const PRIVATE = /--_[\w-]+/.source;
const CSS = new RegExp(
  `(${STRING})|(${PRIVATE})|;?${BLANK}*(})${BLANK}*|${BLANK}*([{;,])${BLANK}*|(:)\\s+(?![;}])|${BLANK}+`,
  'g',
);

/** The short names of private custom properties, the same in every template. */
const shortNames = new Map();

function shortNameOf(name) {
  const short = shortNames.get(name) ?? `--_${shortNames.size.toString(36)}`;
  shortNames.set(name, short);
  return short;
}

/**
 * CSS without comments, needless white space and last semicolons, and with short names for the custom properties that begin
 * with `--_`. Strings stay as they are. A space that may mean something (a descendant combinator, the operators of calc())
 * stays one space.
 */
export function minifyCss(css) {
  return css.replace(
    CSS,
    (_, string, name, end, mark, colon) =>
      string ?? (name && shortNameOf(name)) ?? end ?? mark ?? colon ?? ' ',
  );
}

/** HTML whose runs of white space that hold a line break are one space, as a browser shows them. */
export function minifyHtml(html) {
  return html.replace(/\s*\n\s*/g, ' ');
}

const byTag = { css: minifyCss, html: minifyHtml, svg: minifyHtml };

/** Every node of an ESTree, depth first. */
function* nodesOf(node) {
  yield node;
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (child !== null && typeof child === 'object' && typeof child.type === 'string')
        yield* nodesOf(child);
    }
  }
}

export const minifyTemplates = () => ({
  name: 'minify-templates',
  transform(code, id) {
    if (id.includes('node_modules') || !/\b(css|html|svg)`/.test(code)) return null;
    const result = new MagicString(code);
    for (const node of nodesOf(this.parse(code))) {
      const minify = node.type === 'TaggedTemplateExpression' ? byTag[node.tag.name] : undefined;
      if (minify === undefined) continue;
      for (const { start, end, value } of node.quasi.quasis) {
        if (start < end) result.update(start, end, minify(value.raw));
      }
    }
    return result.hasChanged() ? { code: result.toString(), map: result.generateMap({ hires: true }) } : null;
  },
});
