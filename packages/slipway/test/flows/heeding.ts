import { setTimeout as sleep } from "node:timers/promises";
import { Flow, task } from "slipway";

/** All there is, and it ends in order once it is told to. */
const heeding = task("heeding", async (_inputs, { logger, signal }) => {
  logger.info("heeding waits");
  await sleep(60_000, undefined, { signal }).catch(() => undefined);
});

export default new Flow("Heeding", {}, () => heeding());
