import { readFile } from "node:fs/promises";
import { messageOf } from "@slipway/core";
import type { FargatePrices } from "@slipway/environments/plan";
import { invalidArgument } from "./invalid-argument.ts";

/** A user's own table of prices. Throws `INVALID_ARGUMENT`, naming the file or the place in it. */
export async function readPrices(file: string | undefined): Promise<FargatePrices | undefined> {
  if (file === undefined) return undefined;
  const { parseFargatePrices } = await import("@slipway/environments/plan");
  return parseFargatePrices(await readJson(file));
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    throw invalidArgument(
      `The prices cannot be read from ${file}: ${messageOf(cause)}`,
      { path: "--prices", given: file },
      cause,
    );
  }
}
