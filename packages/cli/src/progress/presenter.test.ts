import { PassThrough } from "node:stream";
import type { WriteStream } from "node:tty";
import { describe, expect, it } from "vitest";
import { Output } from "../output.ts";
import { createPresenter } from "./presenter.ts";

const timestamp = "2026-01-01T00:00:00.000Z";
const structure = { tasks: [{ slug: "load", name: "load", mapped: false }], edges: [] };

/** A stream with a terminal's properties, and what was written to it. */
function stream(terminal: boolean) {
  const written = new PassThrough();
  const properties = { isTTY: terminal, columns: 40, rows: 10 };
  // The output uses no more of a terminal than these.
  const stdout = Object.assign(written, properties) as unknown as WriteStream;
  return { stdout, text: () => String(written.read() ?? "") };
}

function present(terminal: boolean, json: boolean): string {
  const { stdout, text } = stream(terminal);
  const output = new Output({ json, color: false, stdout, stderr: stdout });
  const presenter = createPresenter(output, "etl", structure);
  const task = { taskSlug: "load", mapIndex: -1 };
  presenter.update({ kind: "log", record: { timestamp, level: "info", message: "hello", task } });
  presenter.update({ kind: "taskRunState", task, state: { type: "Success", timestamp } });
  presenter.end();
  return text();
}

describe("a presenter", () => {
  it("draws a tree below the logs on a terminal, and gives the cursor back", () => {
    const text = present(true, false);
    expect(text).toContain("load │ hello\n○ etl  Pending\n└─ ✔ load  Success\n");
    expect(text.endsWith("\x1b[?25h")).toBe(true);
  });

  it("prints plain lines elsewhere", () => {
    expect(present(false, false)).toBe(
      "00:00:00.000  info      load: hello\n00:00:00.000  state     load: Success\n",
    );
  });

  it("prints JSON lines when asked to, on a terminal too", () => {
    const lines = present(true, true).trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).kind)).toEqual(["log", "taskRunState"]);
  });
});
