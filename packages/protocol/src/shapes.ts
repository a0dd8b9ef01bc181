// What a value may look like, as data, and one small reader. Not a schema library: the widget ships to strangers' pages, and the
// eight kinds below are all that the wire needs.

/** The value a shape describes is carried in its type only. */
interface Typed<T> {
  readonly value?: T;
}

export interface Text extends Typed<string> {
  readonly kind: 'text';
  /** UTF-16 units. */
  readonly max: number;
  readonly min: number;
  readonly pattern: RegExp | null;
}
export interface Whole extends Typed<number> {
  readonly kind: 'whole';
  readonly min: number;
  readonly max: number;
}
/** Any number that JSON can carry. */
export interface Real extends Typed<number> {
  readonly kind: 'real';
}
export interface Flag extends Typed<boolean> {
  readonly kind: 'flag';
}
export interface OneOf<T = unknown> extends Typed<T> {
  readonly kind: 'one-of';
  readonly values: readonly T[];
}
/** The first of these shapes that fits. */
export interface Either<T = unknown> extends Typed<T> {
  readonly kind: 'either';
  readonly shapes: readonly Shape[];
}
export interface List<T = unknown> extends Typed<T[]> {
  readonly kind: 'list';
  readonly of: Shape;
  readonly max: number;
}
/** Names that the sender chooses. */
export interface Labels<T = unknown> extends Typed<Record<string, T>> {
  readonly kind: 'labels';
  readonly name: Shape;
  readonly of: Shape;
  readonly max: number;
}
export interface Fields<T = unknown> extends Typed<T> {
  readonly kind: 'fields';
  readonly fields: Readonly<Record<string, Shape>>;
}

export type Shape = (Text | Whole | Real | Flag | OneOf | Either | List | Labels | Fields) & {
  readonly isOptional?: true;
};

/** The type of the values of a shape. */
export type Value<S> = S extends { readonly value?: infer T } ? T : never;

type OptionalKeys<F> = { [K in keyof F]: F[K] extends { readonly isOptional: true } ? K : never }[keyof F];
type Simple<T> = { [K in keyof T]: T[K] };
type ValueOfFields<F> = Simple<
  { -readonly [K in Exclude<keyof F, OptionalKeys<F>>]: Value<F[K]> } & {
    -readonly [K in OptionalKeys<F>]?: Value<F[K]> | undefined;
  }
>;

export const text = (max: number, min = 0, pattern: RegExp | null = null): Text => ({
  kind: 'text',
  max,
  min,
  pattern,
});
export const whole = (min: number, max = Number.MAX_SAFE_INTEGER): Whole => ({ kind: 'whole', min, max });
export const real: Real = { kind: 'real' };
export const flag: Flag = { kind: 'flag' };
export const oneOf = <const T extends string | number | null>(...values: T[]): OneOf<T> => ({
  kind: 'one-of',
  values,
});
export const either = <S extends Shape[]>(...shapes: S): Either<Value<S[number]>> => ({
  kind: 'either',
  shapes,
});
export const list = <S extends Shape>(of: S, max: number): List<Value<S>> => ({ kind: 'list', of, max });
export const labels = <S extends Shape>(name: Text, of: S, max: number): Labels<Value<S>> => ({
  kind: 'labels',
  name,
  of,
  max,
});
export const fields = <const F extends Record<string, Shape>>(shapes: F): Fields<ValueOfFields<F>> => ({
  kind: 'fields',
  fields: shapes,
});
export const optional = <S extends Shape>(shape: S): S & { readonly isOptional: true } => ({
  ...shape,
  isOptional: true,
});
export const nullable = <S extends Shape>(shape: S) => either(shape, oneOf(null));

/** No value of this shape. (`undefined` is none that JSON knows.) */
type None = undefined;

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads a value that came out of `JSON.parse`: copies what the shape names into new objects, leaves everything else behind.
 * @returns `undefined` where the value does not fit; never throws
 */
export function read(shape: Shape, value: unknown): unknown {
  switch (shape.kind) {
    case 'text':
      return typeof value === 'string' && value.length >= shape.min && value.length <= shape.max
        ? shape.pattern === null || shape.pattern.test(value)
          ? value
          : undefined
        : undefined;
    case 'whole':
      return Number.isSafeInteger(value) && (value as number) >= shape.min && (value as number) <= shape.max
        ? value
        : undefined;
    case 'real':
      return Number.isFinite(value) ? value : undefined;
    case 'flag':
      return typeof value === 'boolean' ? value : undefined;
    case 'one-of':
      return shape.values.includes(value) ? value : undefined;
    case 'either':
      return readEither(shape, value);
    case 'list':
      return Array.isArray(value) ? readList(shape, value) : undefined;
    case 'labels':
      return isObject(value) ? readLabels(shape, value) : undefined;
    case 'fields':
      return isObject(value) ? readFields(shape, value) : undefined;
  }
}

function readEither({ shapes }: Either, value: unknown): unknown {
  for (const shape of shapes) {
    const found = read(shape, value);
    if (found !== undefined) return found;
  }
  return undefined;
}

function readList({ of, max }: List, values: unknown[]): unknown[] | None {
  if (values.length > max) return undefined;
  const found = values.map((value) => read(of, value));
  return found.includes(undefined) ? undefined : found;
}

function readLabels({ name, of, max }: Labels, value: Record<string, unknown>): unknown {
  // Names that every object has are no labels: whoever copies them by assignment would change what objects are.
  const entries = Object.entries(value).filter(([key]) => !(key in {}));
  if (entries.length > max) return undefined;
  const isFit = entries.every(
    ([key, label]) => read(name, key) !== undefined && read(of, label) !== undefined,
  );
  return isFit ? Object.fromEntries(entries) : undefined;
}

/**
 * Adds the fields of a value to `found`. Every frame that is relayed passes through here, so it asks for no more than it must: what
 * `JSON.parse` made inherits from `Object.prototype` only, and none of our fields has a name from there.
 */
export function readFields(
  { fields: shapes }: Fields,
  value: Record<string, unknown>,
  found: Record<string, unknown> = {},
): Record<string, unknown> | None {
  for (const name in shapes) {
    const shape = shapes[name];
    const given = value[name];
    if (shape === undefined || (given === undefined && shape.isOptional)) continue;
    const taken = read(shape, given);
    if (taken === undefined) return undefined;
    found[name] = taken;
  }
  return found;
}
