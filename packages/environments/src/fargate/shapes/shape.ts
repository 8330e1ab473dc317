/** What a field takes, as data: AWS's model of its API, for those who write no types. */
export type Shape =
  | "string"
  | "number"
  | "boolean"
  /** An object whose content is not looked at. */
  | "object"
  | { readonly list: Shape }
  | { readonly map: Shape }
  /** One of these texts. */
  | { readonly oneOf: Readonly<Record<string, true>> }
  | { readonly fields: Fields };

export type Fields = Readonly<Record<string, Shape>>;

/** The shape of a type of the SDK. A table that `satisfies` it misses no field and has none too many. */
export type ShapeOf<T> = [T] extends [boolean]
  ? "boolean"
  : [T] extends [number]
    ? "number"
    : [T] extends [string]
      ? TextOf<T>
      : [T] extends [readonly (infer Item)[]]
        ? { readonly list: ShapeOf<Item> }
        : ObjectOf<T>;

type TextOf<T extends string> = string extends T
  ? "string"
  : { readonly oneOf: { readonly [Value in T]: true } };

/** The SDK has unions with room for members to come, whose fields cannot be told: `$unknown` is in them. */
type ObjectOf<T> = string extends keyof T
  ? { readonly map: ShapeOf<NonNullable<T[keyof T]>> }
  : "$unknown" extends keyof T
    ? "object"
    : { readonly fields: FieldsOf<T> };

export type FieldsOf<T> = { readonly [Name in keyof T]-?: ShapeOf<NonNullable<T[Name]>> };
