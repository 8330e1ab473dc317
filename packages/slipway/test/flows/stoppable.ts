// biome-ignore-all lint/suspicious/noConsole: flows print, and what they print is captured

import { setTimeout as sleep } from "node:timers/promises";
import { Flow, task } from "slipway";

/** Ends in order once it is told to. */
const heeding = task("heeding", async (_inputs, { logger, signal }) => {
  logger.info("heeding waits");
  await sleep(60_000, undefined, { signal }).catch(() => undefined);
  console.log("heeding has saved what it had");
});

/** Throws once it is told to. */
const obedient = task("obedient", async (_inputs, { signal }) => {
  await sleep(60_000, undefined, { signal });
});

const next = task("next", () => undefined);

export default new Flow("Stoppable", {}, () => {
  next({}, { upstreamTasks: [heeding(), obedient()] });
});
