import fc from 'fast-check';
import type { ClientMessage, ServerMessage } from '../messages.js';
import type { Fields, Labels, Shape, Text, Whole } from '../shapes.js';

/** One UTF-16 unit of any kind: letters, NUL, quotes, lone surrogates. */
const unit = fc.oneof(
  fc.constantFrom(...'abz09 "\\/{}[],:\0\n\u007f\u2028\ud800\udfff<é'),
  fc.nat({ max: 0xffff }).map((code) => String.fromCharCode(code)),
);

/** Short mostly: a limit of 32 KiB is the fixtures' business. */
const LONG = 200;

function ofText({ min, max, pattern }: Text): fc.Arbitrary<string> {
  const maxLength = Math.min(max, LONG);
  if (pattern === null) return fc.string({ unit, minLength: min, maxLength });
  return fc.stringMatching(pattern).filter(({ length }) => length >= min && length <= max);
}

function ofWhole({ min, max }: Whole): fc.Arbitrary<number> {
  return fc.oneof(
    fc.integer({ min, max: Math.min(max, min + 1000) }),
    fc.maxSafeInteger().filter((n) => n >= min && n <= max),
  );
}

function ofFields({ fields }: Fields): fc.Arbitrary<unknown> {
  const model = Object.fromEntries(Object.entries(fields).map(([name, shape]) => [name, ofShape(shape)]));
  const requiredKeys = Object.keys(fields).filter((name) => fields[name]?.isOptional !== true);
  return fc.record(model, { requiredKeys, noNullPrototype: true });
}

function ofLabels({ name, of, max }: Labels): fc.Arbitrary<unknown> {
  const key = ofText(name as Text).filter((label) => !(label in {}));
  return fc.dictionary(key, ofShape(of), {
    maxKeys: max,
    noNullPrototype: true,
  });
}

function ofShape(shape: Shape): fc.Arbitrary<unknown> {
  switch (shape.kind) {
    case 'text':
      return ofText(shape);
    case 'whole':
      return ofWhole(shape);
    case 'real':
      // JSON knows neither NaN nor the infinities, and writes -0 as 0.
      return fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
    case 'flag':
      return fc.boolean();
    case 'one-of':
      return fc.constantFrom(...shape.values);
    case 'either':
      return fc.oneof(...shape.shapes.map(ofShape));
    case 'list':
      return fc.array(ofShape(shape.of), { maxLength: shape.max });
    case 'labels':
      return ofLabels(shape);
    case 'fields':
      return ofFields(shape);
  }
}

/**
 * Any message of one direction, by its `type`. Made from the shapes themselves, so that a new message or field is covered
 * from its first day.
 */
export function arbitrariesOf(
  shapes: Readonly<Record<string, Fields>>,
): Map<string, fc.Arbitrary<ClientMessage | ServerMessage>> {
  return new Map(
    Object.entries(shapes).map(([type, shape]) => [
      type,
      ofFields(shape).map((body) => ({ type, ...(body as object) }) as ClientMessage | ServerMessage),
    ]),
  );
}
