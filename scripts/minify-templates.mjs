// Lit keeps CSS and HTML in template literals, which no JavaScript minifier dares to touch. This rollup plugin takes the
// white space and comments out of those tagged `css`, and the line breaks and indents out of those tagged `html` or `svg`.
import MagicString from 'magic-string';

// Strings first, so that nothing inside them looks like a comment; a string cut in two by `${…}` never matches one.
const STRING = /"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'/.source;
const BLANK = /(?:\s|\/\*[^]*?\*\/)/.source;
const CSS = new RegExp(`(${STRING})|${BLANK}*([{};,])${BLANK}*|(:)\\s+(?![;}])|${BLANK}+`, 'g');

/**
 * CSS without comments and needless white space. Strings stay as they are. A space that may mean something (a descendant
 * combinator, the operators of calc()) stays one space.
 */
export function minifyCss(css) {
  return css.replace(CSS, (_, string, mark, colon) => string ?? mark ?? colon ?? ' ');
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
