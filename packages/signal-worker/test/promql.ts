// What a PromQL query asks for, for tests: which metrics, and which labels with which values. Reads the plain kind of query that
// our dashboard and alerts have, and refuses what it does not know.

export interface Selector {
  readonly name: string;
  /** Label, and the values it may have. */
  readonly labels: readonly (readonly [string, readonly string[]])[];
}

export interface Query {
  readonly selectors: readonly Selector[];
  /** Labels that the result is grouped by. */
  readonly groups: readonly string[];
}

const WORDS = new Set(
  'sum max min avg count by without on and or unless rate increase changes histogram_quantile'.split(' '),
);
const TOKEN = /\s*(?:([a-zA-Z_:][\w:]*)(\{[^}]*\})?(\[[^\]]+\])?|(\d+(?:\.\d+)?)|([-+*/(),]|==|!=|[<>]=?))/y;
const MATCHER = /^([a-zA-Z_]\w*)(=~?)"([^"\\]*)"$/;
const GROUPS = /\b(?:by|without|on)\s*\(([^)]*)\)/g;

/** @throws if the text is not of the kind it reads */
export function readQuery(text: string): Query {
  const groups = [...text.matchAll(GROUPS)].flatMap(([, list = '']) =>
    list.split(',').map((one) => one.trim()),
  );
  const rest = text.replace(GROUPS, ' ');
  const selectors: Selector[] = [];
  let depth = 0;
  TOKEN.lastIndex = 0;
  while (rest.slice(TOKEN.lastIndex).trim() !== '') {
    const at = TOKEN.lastIndex;
    const [whole, name, labels, , , sign] = TOKEN.exec(rest) ?? [];
    if (whole === undefined) throw new Error(`not understood: ${rest.slice(at)}`);
    if (sign === '(') depth += 1;
    if (sign === ')') depth -= 1;
    if (depth < 0) throw new Error(`one ) too many: ${text}`);
    if (name !== undefined && !WORDS.has(name)) selectors.push({ name, labels: readLabels(labels) });
  }
  if (depth !== 0) throw new Error(`a ( is not closed: ${text}`);
  return { selectors, groups };
}

function readLabels(text = '{}'): Selector['labels'] {
  const inside = text.slice(1, -1).trim();
  if (inside === '') return [];
  return inside.split(/\s*,\s*/).map((matcher) => {
    const [, label = '', kind, value = ''] = MATCHER.exec(matcher) ?? [];
    if (label === '') throw new Error(`not understood: ${matcher}`);
    return [label, kind === '=~' ? value.split('|') : [value]] as const;
  });
}
