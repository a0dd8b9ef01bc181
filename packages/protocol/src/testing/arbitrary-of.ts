import fc from 'fast-check';
import type * as v from 'valibot';

/** One UTF-16 unit of any kind: letters, NUL, quotes, lone surrogates. */
const unit = fc.oneof(
  fc.constantFrom(...'abz09 "\\/{}[],:\0\n\u007f\u2028\ud800\udfff<é'),
  fc.nat({ max: 0xffff }).map((code) => String.fromCharCode(code)),
);

/** The parts of valibot's schemas that the messages are made of, as far as they say what a value may be. */
interface Schema {
  readonly type: string;
  readonly pipe?: readonly { readonly type: string; readonly requirement?: unknown }[];
  readonly entries?: Record<string, Schema>;
  readonly options?: readonly unknown[];
  readonly wrapped?: Schema;
  readonly item?: Schema;
  readonly key?: Schema;
  readonly value?: Schema;
  readonly literal?: unknown;
}

/** What an action of a schema's pipe asks for, such as `max_length`. */
const requirement = (schema: Schema, action: string): unknown =>
  schema.pipe?.find(({ type }) => type === action)?.requirement;

/** Short mostly: a limit of 32 KiB is the fixtures' business. */
function bounds(schema: Schema, unlimited = 200): { minLength: number; maxLength: number } {
  const max = Number(requirement(schema, 'max_length') ?? unlimited);
  return { minLength: Number(requirement(schema, 'min_length') ?? 0), maxLength: Math.min(max, 200) };
}

function ofString(schema: Schema): fc.Arbitrary<unknown> {
  const pattern = requirement(schema, 'regex');
  return pattern instanceof RegExp ? fc.stringMatching(pattern) : fc.string({ unit, ...bounds(schema) });
}

function ofNumber(schema: Schema): fc.Arbitrary<unknown> {
  const isWhole = schema.pipe?.some(({ type }) => type === 'safe_integer') === true;
  // JSON knows neither NaN nor the infinities, and writes -0 as 0.
  if (!isWhole) return fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
  return fc.maxSafeInteger().map((value) => {
    const min = Number(requirement(schema, 'min_value') ?? Number.MIN_SAFE_INTEGER);
    const max = Number(requirement(schema, 'max_value') ?? Number.MAX_SAFE_INTEGER);
    return value >= min && value <= max ? value : min + (Math.abs(value) % (Math.min(max - min, 1000) + 1));
  });
}

function ofObject(entries: Record<string, Schema>): fc.Arbitrary<unknown> {
  const required = Object.keys(entries).filter((name) => entries[name]?.type !== 'optional');
  const model = Object.fromEntries(Object.entries(entries).map(([name, schema]) => [name, ofSchema(schema)]));
  return fc.record(model, { requiredKeys: required, noNullPrototype: true });
}

function ofRecord(schema: Schema): fc.Arbitrary<unknown> {
  // Names that every object has are no labels.
  const key = ofSchema(child(schema.key)).filter(
    (name) => !['__proto__', 'prototype', 'constructor'].includes(String(name)),
  ) as fc.Arbitrary<string>;
  const maxKeys = Number(requirement(schema, 'max_entries') ?? 8);
  return fc.dictionary(key, ofSchema(child(schema.value)), { maxKeys, noNullPrototype: true });
}

function child(schema: Schema | undefined): Schema {
  if (schema === undefined) throw new Error('a schema without its part');
  return schema;
}

const BY_TYPE: Record<string, (schema: Schema) => fc.Arbitrary<unknown>> = {
  string: ofString,
  number: ofNumber,
  boolean: () => fc.boolean(),
  null: () => fc.constant(null),
  literal: ({ literal }) => fc.constant(literal),
  picklist: ({ options = [] }) => fc.constantFrom(...options),
  optional: ({ wrapped }) => ofSchema(child(wrapped)),
  nullable: ({ wrapped }) => fc.option(ofSchema(child(wrapped)), { nil: null }),
  union: ({ options = [] }) => fc.oneof(...options.map((option) => ofSchema(option as Schema))),
  array: (schema) => fc.array(ofSchema(child(schema.item)), bounds(schema)),
  record: ofRecord,
  object: ({ entries = {} }) => ofObject(entries),
};

function ofSchema(schema: Schema): fc.Arbitrary<unknown> {
  const make = BY_TYPE[schema.type];
  if (make === undefined) throw new Error(`no arbitrary for ${schema.type}: add one`);
  return make(schema);
}

/**
 * Any message of a union, by its `type`. Made from the schemas themselves, so that a new message or field is covered from
 * its first day.
 */
export function arbitrariesOf<const Options extends readonly v.GenericSchema[]>(union: {
  readonly options: Options;
}): Map<string, fc.Arbitrary<v.InferOutput<Options[number]>>> {
  return new Map(
    union.options.map((option) => {
      const schema = option as unknown as Schema;
      return [String(schema.entries?.type?.literal), ofSchema(schema)];
    }),
  );
}
