import { spawn } from "node:child_process";
import { Flow, task } from "slipway";

const leave = task("leave", () => {
  const { pid } = spawn(process.execPath, ["-e", "setTimeout(() => {}, 20_000)"], {
    detached: true,
    stdio: "inherit",
  });
  console.log(`left ${pid}`);
});

export default new Flow("leaves-process", {}, () => {
  leave();
});
