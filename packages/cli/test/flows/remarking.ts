import { setTimeout as sleep } from "node:timers/promises";
import { Flow, task } from "slipway";

const remark = task("remark", async () => {
  for (let turn = 0; turn < 1_000; turn++) {
    process.stderr.write(`turn ${turn}\n`);
    await sleep(20);
  }
});

export default new Flow("remarking", {}, () => {
  remark();
});
