/** Something that an author should know and that is no error. */
export interface Notice {
  readonly path: string;
  /** A sentence's rest that starts with the path. */
  readonly message: string;
}
