import { setTimeout as sleep } from "node:timers/promises";
import { Flow, task } from "slipway";

const wait = task("wait", async () => {
  console.log("waiting");
  await sleep(60_000);
});

export default new Flow("slow", {}, () => {
  wait();
});
