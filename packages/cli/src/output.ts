import picocolors from "picocolors";

export type Colors = ReturnType<typeof picocolors.createColors>;

/** How the command talks: JSON lines, a live terminal, or plain lines for a pipe or a log. */
export type OutputMode = "json" | "terminal" | "plain";

export interface OutputOptions {
  readonly json: boolean;
  readonly color: boolean;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** Where a command's answers and remarks go. */
export class Output {
  readonly mode: OutputMode;
  readonly colors: Colors;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;

  constructor({ json, color, stdout, stderr }: OutputOptions) {
    this.mode = json ? "json" : stdout.isTTY ? "terminal" : "plain";
    this.colors = picocolors.createColors(color && this.mode === "terminal");
    this.stdout = stdout;
    this.stderr = stderr;
  }

  /** A line for a person; nothing in JSON mode. */
  line(text = ""): void {
    if (this.mode !== "json") this.stdout.write(`${text}\n`);
  }

  /** One JSON object a line, in JSON mode alone. */
  json(value: unknown): void {
    if (this.mode === "json") this.stdout.write(`${JSON.stringify(value)}\n`);
  }

  /** A remark beside the answer, on stderr; nothing in JSON mode. */
  remark(text: string): void {
    if (this.mode !== "json") this.stderr.write(`${text}\n`);
  }

  /** The same answer for programs and for people. */
  answer(value: unknown, ...lines: readonly string[]): void {
    this.json(value);
    for (const line of lines) this.line(line);
  }
}
