import type { FlowStructure } from "@slipway/core";
import type { Output } from "../output.ts";
import { LiveView } from "./live-view.ts";
import { plainLines, sourceOf } from "./plain-lines.ts";
import { RunProgress, type RunUpdate } from "./run-progress.ts";
import { colorOf } from "./state-marks.ts";
import { treeLines } from "./tree-lines.ts";

/** Shows a run while it goes. */
export interface Presenter {
  update(update: RunUpdate): void;
  /** Draws the last state and leaves it. */
  end(): void;
}

type Structure = Pick<FlowStructure, "tasks" | "edges">;

/** JSON lines, a live tree or plain lines, as the output's mode says. */
export function createPresenter(output: Output, title: string, structure: Structure): Presenter {
  if (output.mode === "json") return { update: (update) => output.json(update), end() {} };
  if (output.mode === "terminal")
    return new TreePresenter(output, new RunProgress(title, structure));
  return { update: (update) => printPlain(output, update), end() {} };
}

function printPlain(output: Output, update: RunUpdate): void {
  for (const line of plainLines(update)) output.line(line);
}

const FRAME_MS = 80;

class TreePresenter implements Presenter {
  readonly #output: Output;
  readonly #progress: RunProgress;
  readonly #view: LiveView;
  readonly #timer: NodeJS.Timeout;
  #logs: string[] = [];

  constructor(output: Output, progress: RunProgress) {
    this.#output = output;
    this.#progress = progress;
    this.#view = new LiveView(output.stdout);
    this.#timer = setInterval(() => this.#draw(), FRAME_MS);
  }

  update(update: RunUpdate): void {
    if (update.kind === "log") this.#logs.push(...this.#logLines(update));
    else this.#progress.apply(update);
  }

  end(): void {
    clearInterval(this.#timer);
    this.#draw();
    this.#view.stop();
  }

  #draw(): void {
    const { colors } = this.#output;
    const options = { ...this.#view.size, colors, now: Date.now() };
    this.#view.draw(treeLines(this.#progress, options), this.#logs);
    this.#logs = [];
  }

  #logLines({ record }: Extract<RunUpdate, { kind: "log" }>): readonly string[] {
    const { colors } = this.#output;
    const name = sourceOf(record);
    const source = name && `${name} `;
    const loud = record.level === "error" || record.level === "critical";
    const color = loud ? colorOf("Failed", colors) : (text: string) => text;
    return record.message.split("\n").map((line) => `${colors.dim(`${source}│`)} ${color(line)}`);
  }
}
