import type { Json } from "@slipway/core";
import type { OptionReader } from "./option-reader.ts";
import { POLICY_ROOT } from "./rules.ts";

/** How memory grows from attempt to attempt. */
export interface MemoryScaling {
  readonly factor: number;
  readonly maxMiB: number;
}

/** Reads `outOfMemory.scaleMemory`; `memory` reads the most in the platform's notation, as MiB. */
export function parseScaling(
  reader: OptionReader,
  given: Json,
  memory: (given: Json, path: string) => number,
): MemoryScaling {
  const path = `${POLICY_ROOT}.outOfMemory.scaleMemory`;
  const scaling = reader.object(given, path);
  reader.known(scaling, path, ["factor", "max"]);
  const { factor, max = null } = scaling;
  if (typeof factor !== "number" || factor <= 1 || factor > 100) {
    throw reader.refuse({
      path: `${path}.factor`,
      problem: `is ${JSON.stringify(factor)}; give a number above 1 (and not above 100), or nothing for 2`,
      given: factor ?? "undefined",
      accepted: "1 < factor ≤ 100",
    });
  }
  // Platforms take whole MiB, and a part of a GB may be none.
  return { factor, maxMiB: Math.floor(memory(max, `${path}.max`)) };
}
