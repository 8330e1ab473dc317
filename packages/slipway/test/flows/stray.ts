import { setTimeout as sleep } from "node:timers/promises";
import { Flow, task } from "slipway";

const stray = task("stray", async () => {
  void sleep(1).then(() => Promise.reject(new Error("nobody waits for me")));
  await sleep(60_000);
});

export default new Flow("Stray", {}, () => stray());
