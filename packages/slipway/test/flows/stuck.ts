// biome-ignore-all lint/suspicious/noConsole: flows print, and what they print is captured

import { setTimeout as sleep } from "node:timers/promises";
import { Flow } from "slipway";

console.log("loading");
await sleep(60_000);

export default new Flow("Stuck");
