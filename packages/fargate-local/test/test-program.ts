/** A program for test images: what it does is its first argument. */
export const PROGRAM = `
import { existsSync, readFileSync, writeFileSync } from "node:fs";
const [mode, ...args] = process.argv.slice(2);
const forever = () => setInterval(() => {}, 1000);
const modes = {
  exit: () => process.exit(Number(args[0])),
  wait: forever,
  term: () => {
    process.on("SIGTERM", () => { console.log("asked to stop at " + Date.now()); process.exit(0); });
    console.log("ready");
    forever();
  },
  /** Ends some time after it was asked to. */
  slow: () => {
    process.on("SIGTERM", () => setTimeout(() => { console.log("ended at " + Date.now()); process.exit(0); }, Number(args[0])));
    console.log("ready");
    forever();
  },
  env: () => console.log(JSON.stringify(process.env)),
  say: () => console.log(args.join("\\n")),
  many: () => { for (let at = 0; at < Number(args[0]); at++) console.log("line " + at); },
  /** Writes to and reads from a file, which others share. */
  write: () => writeFileSync(args[0], args[1]),
  read: () => console.log(existsSync(args[0]) ? readFileSync(args[0], "utf8") : "nothing"),
  health: () => { if (!existsSync(args[0])) process.exit(1); },
  /** Is there after a while. */
  appear: () => { setTimeout(() => writeFileSync(args[0], ""), Number(args[1])); forever(); },
};
modes[mode]();
`;

export const command = (...args: readonly string[]): string[] => [
  "node",
  "/slipway/main.mjs",
  ...args,
];
