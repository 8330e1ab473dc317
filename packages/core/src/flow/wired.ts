import type { Ref, Source, Unmapped } from "./ref.ts";

/** Values that Refs are never looked for in. */
type Opaque =
  | ((...parameters: never[]) => unknown)
  | Date
  | RegExp
  | Promise<unknown>
  | ReadonlyMap<unknown, unknown>
  | ReadonlySet<unknown>
  | ArrayBuffer
  | ArrayBufferView;

/** A `T`, a Ref of one, or arrays and plain objects with Refs inside. */
export type Wired<T> =
  | T
  | Ref<T>
  | (T extends Opaque ? never : T extends object ? WiredInputs<T> : never);
export type WiredInputs<I> = { readonly [K in keyof I]: Wired<I[K]> };

/** The same, where a task stands for its result too. */
export type Bound<T> =
  | T
  | Source<T>
  | (T extends Opaque ? never : T extends object ? BoundInputs<T> : never);
export type BoundInputs<I> = { readonly [K in keyof I]: Bound<I[K]> };

/** The inputs of a mapped call: an array for each, or `unmapped(…)`. */
export type MappedInputs<I> = {
  readonly [K in keyof I]: Wired<readonly I[K][]> | Unmapped<Wired<I[K]>>;
};
export type BoundMappedInputs<I> = {
  readonly [K in keyof I]: Bound<readonly I[K][]> | Unmapped<Bound<I[K]>>;
};

/** The inputs of a task that takes none. */
export type NoInputs = Readonly<Record<string, never>>;

/** The names of the inputs that an `O` fits. */
export type KeysAccepting<I, O> = { [K in keyof I]-?: O extends I[K] ? K : never }[keyof I] &
  string;
