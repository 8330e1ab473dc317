/** Lines at the foot of a terminal that are drawn again and again, with others printed above them. */
export class LiveView {
  readonly #stream: NodeJS.WriteStream;
  #drawn = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    this.#stream.write("\x1b[?25l"); // No cursor while drawing.
  }

  get size(): { readonly columns: number; readonly rows: number } {
    return { columns: this.#stream.columns || 80, rows: this.#stream.rows || 24 };
  }

  /** Prints `above` for good and draws `lines` below it, in one write so that nothing flickers. */
  draw(lines: readonly string[], above: readonly string[] = []): void {
    const up = this.#drawn > 0 ? `\x1b[${this.#drawn}A` : "";
    const text = [...above, ...lines].map((line) => `${line}\n`).join("");
    this.#stream.write(`${up}\r\x1b[0J${text}`);
    this.#drawn = lines.length;
  }

  /** Leaves what was drawn last. */
  stop(): void {
    this.#drawn = 0;
    this.#stream.write("\x1b[?25h");
  }
}
