import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * Stands in for the package `slipway` alone: what these tests bundle is no flow that runs, only one that says
 * what it is, over a real IPC channel from a real process. `e2e/` has the real one.
 */
const RUNTIME = {
  "node_modules/slipway/package.json": JSON.stringify({
    name: "slipway",
    type: "module",
    exports: { "./run-flow": { "slipway-source": "./source.js", default: "./run-flow.js" } },
  }),
  "node_modules/slipway/run-flow.js": `
export async function main(load) {
  try {
    const flow = (await load()).default;
    process.send({ kind: "log", record: {} });
    const description = typeof flow === "function" ? flow() : flow;
    if (process.argv[2] === "structure") process.send({ kind: "structure", structure: description.structure });
    else process.send({ kind: "description", description });
  } catch (error) {
    const { code = "FLOW_FILE_FAILED", details = {}, message, stack } = error;
    process.send({ kind: "error", code, message, details, stack });
  }
}`,
  "node_modules/slipway/source.js": `
export async function main() {
  process.send({ kind: "error", code: "INTERNAL", message: "from source", details: {} });
}`,
};

/** Writes a project with a flow file into a folder; returns the flow file's path. */
export async function writeProject(
  folder: string,
  flow: string,
  files: Readonly<Record<string, string>> = {},
): Promise<string> {
  for (const [path, content] of Object.entries({ ...RUNTIME, ...files, "flow.ts": flow })) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return join(folder, "flow.ts");
}

/** A flow file whose flow has this name expression; the environment holds a word that must appear nowhere else. */
export const flowFile = (name = '"etl"', more = "") => `
const name: string = ${name};
${more}
export default {
  structure: { version: 1, name, tasks: [{ slug: "a", name: "a", mapped: false }], edges: [], parameters: [], referenceTasks: ["a"] },
  environment: { version: 1, type: "FargateTaskEnvironment", arguments: { cpu: "256", password: "c4n4ry" } },
  labels: [],
  storage: null,
};
`;
