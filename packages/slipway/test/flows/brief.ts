import { setTimeout as sleep } from "node:timers/promises";
import { Flow, task } from "slipway";

/** All there is; it knows of no stop and ends soon. */
const brief = task("brief", async (_inputs, { logger }) => {
  logger.info("brief begins");
  await sleep(2_000);
});

export default new Flow("Brief", {}, () => brief());
