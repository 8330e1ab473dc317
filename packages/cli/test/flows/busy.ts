import { writeFileSync } from "node:fs";
import { Flow, task } from "slipway";

const spin = task("spin", () => {
  console.log("spinning");
  const until = Date.now() + 30_000;
  while (Date.now() < until) writeFileSync("last-turn", String(Date.now()));
});

export default new Flow("busy", {}, () => {
  spin();
});
