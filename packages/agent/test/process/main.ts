import { type AgentOptions, startAgent } from "../../src/index.ts";

// An agent as a process of its own, so that a test can kill it at any point.

const options: AgentOptions = JSON.parse(process.argv[2] ?? "");
await startAgent({ ...options, log: (line) => process.stdout.write(`${line}\n`) });
