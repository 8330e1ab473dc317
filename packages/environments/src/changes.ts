/** One thing that Slipway changes in what an author gave. */
export interface Change {
  readonly operation: string;
  /** Where, in the input of the operation; `*` stands for every entry that the sentence names. */
  readonly path: string;
  readonly change: string;
}
