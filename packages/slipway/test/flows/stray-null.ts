import { setTimeout as sleep } from "node:timers/promises";
import { Flow, task } from "slipway";

const stray = task("stray", async () => {
  setTimeout(() => {
    throw null;
  }, 1);
  await sleep(60_000);
});

export default new Flow("Stray null", {}, () => stray());
