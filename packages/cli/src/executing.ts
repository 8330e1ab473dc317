import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { resolve } from "node:path";
import {
  ENVIRONMENT_FILE_PATH,
  isPlainObject,
  type JsonObject,
  messageOf,
  type SerializedEnvironment,
} from "@slipway/core";
import type { Context } from "./context.ts";
import { ecsClientDefaults } from "./ecs-client-defaults.ts";
import { invalidArgument } from "./invalid-argument.ts";
import { watchRun } from "./remote-run.ts";
import { parseUrl } from "./settings.ts";

export interface ExecuteFlags {
  readonly flowRunId?: string;
  readonly environmentFile?: string;
  readonly watch?: true;
  readonly containerApiUrl?: string;
  readonly ecsEndpoint?: string;
}

/** Sets up and executes one flow run from this process, and answers the exit code. */
export async function executeRun(context: Context, flags: ExecuteFlags): Promise<number> {
  const { settings, output, signal } = context;
  const flowRunId = flags.flowRunId ?? settings.flowRunId;
  if (flowRunId === undefined) {
    throw invalidArgument(
      "No flow run is named; give --flow-run-id, or set SLIPWAY__CONTEXT__FLOW_RUN_ID",
      { path: "--flow-run-id", accepted: "a flow run's id" },
    );
  }
  const { executeFlowRun } = await import("@slipway/agent");
  const { infrastructure, attempt } = await executeFlowRun({
    flowRunId,
    name: `execute@${hostname()}/${process.pid}`,
    apiUrl: settings.graphql,
    apiKey: settings.apiKey,
    containerApiUrl: flags.containerApiUrl
      ? parseUrl(flags.containerApiUrl, "--container-api-url")
      : settings.containerApiUrl,
    ecsClientDefaults: ecsClientDefaults(context, flags),
    environment: await readEnvironmentFile(context, flags.environmentFile),
    watch: flags.watch,
    signal,
    log: (message) => output.remark(output.colors.dim(message)),
  });
  output.answer(
    { kind: "executed", flowRunId, infrastructure, attempt },
    `launched flow run ${flowRunId} as ${infrastructure.kind} ${infrastructure.id} (attempt ${attempt.number})`,
  );
  return flags.watch ? watchRun(context, await context.connect(), flowRunId) : 0;
}

/** The environment as the flow's own image holds it; undefined where this is not the flow's image. */
async function readEnvironmentFile(
  { cwd }: Context,
  given: string | undefined,
): Promise<SerializedEnvironment | undefined> {
  if (given === undefined && !existsSync(ENVIRONMENT_FILE_PATH)) return undefined;
  const file = given === undefined ? ENVIRONMENT_FILE_PATH : resolve(cwd, given);
  const value = await readJson(file);
  if (isPlainObject(value) && value["version"] === 1 && typeof value["type"] === "string") {
    const { type } = value;
    // It was read as JSON; what the arguments say is for the environment to check.
    return { version: 1, type, arguments: (value["arguments"] ?? {}) as JsonObject };
  }
  throw invalidArgument(
    `${file} is no environment of a flow's image: it has to hold { "version": 1, "type": …, "arguments": … }`,
    { path: "--environment-file", given: file },
  );
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    throw invalidArgument(
      `The environment cannot be read from ${file}: ${messageOf(cause)}`,
      { path: "--environment-file", given: file },
      cause,
    );
  }
}
