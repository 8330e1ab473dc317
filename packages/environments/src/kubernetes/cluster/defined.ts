type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** The object without the keys that are undefined: thousands of objects are kept in memory. */
export function defined<T extends object>(object: T): Defined<T>;
export function defined(object: object): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
