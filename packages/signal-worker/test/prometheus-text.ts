// A strict reader of Prometheus text (exposition format 0.0.4), for tests: whatever it does not know is an error.

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  readonly help: string;
  readonly type: string;
  readonly samples: readonly Sample[];
}

const HELP = /^# HELP ([a-zA-Z_:][\w:]*) (.+)$/;
const TYPE = /^# TYPE ([a-zA-Z_:][\w:]*) (counter|gauge|histogram|summary|untyped)$/;
const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /^([a-zA-Z_]\w*)="((?:[^"\\]|\\["\\n])*)"(?:,|$)/;
const VALUE = /^(?:[+-]Inf|Nan|NaN|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;
const SUFFIXES: Readonly<Record<string, RegExp>> = {
  histogram: /_(bucket|sum|count)$/,
  summary: /_(sum|count)$/,
};

/** @throws if a line is not of the format, a family is named twice, or a time series is there twice */
export function parsePrometheus(text: string): ReadonlyMap<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const families = new Map<string, { help: string; type: string; samples: Sample[] }>();
  const seen = new Set<string>();
  let name = '';
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const help = HELP.exec(line);
    const type = TYPE.exec(line);
    if (help !== null) {
      name = help[1] ?? '';
      if (families.has(name)) throw new Error(`twice: ${name}`);
      families.set(name, { help: help[2] ?? '', type: '', samples: [] });
      continue;
    }
    const family = families.get(name);
    if (family === undefined) throw new Error(`before any HELP: ${line}`);
    if (type !== null) {
      if (type[1] !== name || family.type !== '') throw new Error(`not its place: ${line}`);
      family.type = type[2] ?? '';
      continue;
    }
    const sample = parseSample(line);
    const suffix = SUFFIXES[family.type];
    if ((suffix === undefined ? sample.name : sample.name.replace(suffix, '')) !== name)
      throw new Error(`not of ${name}: ${line}`);
    const series = line.slice(0, line.lastIndexOf(' '));
    if (seen.has(series)) throw new Error(`twice: ${series}`);
    seen.add(series);
    family.samples.push(sample);
  }
  for (const [of, { type }] of families) if (type === '') throw new Error(`without TYPE: ${of}`);
  return families;
}

function parseSample(line: string): Sample {
  const [, name = '', inside = '', text = ''] = SAMPLE.exec(line) ?? [];
  if (name === '' || !VALUE.test(text)) throw new Error(`not a sample: ${line}`);
  const labels: Record<string, string> = {};
  let rest = inside;
  while (rest !== '') {
    const [whole = '', label = '', value = ''] = LABEL.exec(rest) ?? [];
    if (whole === '' || Object.hasOwn(labels, label)) throw new Error(`not labels: ${line}`);
    labels[label] = value.replace(/\\(.)/g, (_, sign: string) => (sign === 'n' ? '\n' : sign));
    rest = rest.slice(whole.length);
  }
  return { name, labels, value: /Inf$/.test(text) ? Number(`${text}inity`) : Number(text) };
}

/** The value of one time series; `undefined` if there is none. */
export function valueOf(
  families: ReadonlyMap<string, Family>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const samples = [...families.values()].flatMap((family) => family.samples);
  return samples.find(
    (sample) =>
      sample.name === name &&
      Object.keys(sample.labels).length === Object.keys(labels).length &&
      Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  )?.value;
}
