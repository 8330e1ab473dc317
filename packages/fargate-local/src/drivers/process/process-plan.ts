import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { SlipwayError } from "@slipway/core";
import { commandLine, parseVariables } from "../../model/container-plan.ts";
import { healthCommand } from "../../model/health-check.ts";
import type { ContainerRequest } from "../driver.ts";
import type { UnpackedImage } from "./image-cache.ts";
import { makeMounts } from "./process-mounts.ts";
import { resolveCommand } from "./resolve-command.ts";
import type { CheckProcess } from "./watch-health.ts";

/** A container as the process that stands for it. */
export interface ProcessPlan extends CheckProcess {
  /** The command line as the container has it. */
  readonly argv: readonly string[];
  /** The health check's command; absent where there is none, or its program is found nowhere. */
  readonly check?: CheckProcess;
}

/** Finds a container's program on this machine, and makes its folders. Throws `LAUNCH_FAILED`. */
export function planProcess(
  request: ContainerRequest,
  image: UnpackedImage,
  { dataDir, hostPath }: { readonly dataDir: string; readonly hostPath: string },
): ProcessPlan {
  const { container, override, taskId } = request;
  const cwd = join(dataDir, "work", taskId, container.name);
  mkdirSync(cwd, { recursive: true });
  const { folders, variables } = makeMounts(request, dataDir);
  const imageVariables = parseVariables(image.defaults.env);
  const path = [dirname(process.execPath), hostPath].join(":");
  const resolve = (argv: readonly string[]) =>
    resolveCommand({
      argv,
      root: image.root,
      workingDir: container.workingDirectory ?? image.defaults.workingDir ?? "/",
      imagePath: imageVariables["PATH"] ?? "",
      hostPath: path,
      node: process.execPath,
      mounts: folders,
    });
  const argv = commandLine(image.defaults, container, override);
  const command = resolve(argv);
  if (command === undefined) throw cannotStart(argv, "executable file not found in $PATH");
  const env = { ...imageVariables, HOME: cwd, PATH: path, ...variables, ...request.variables };
  const check = checkCommand(container.healthCheck?.command, resolve);
  return {
    argv,
    command,
    cwd,
    env,
    ...(check === undefined ? {} : { check: { command: check, cwd, env } }),
  };
}

/** The shell is this machine's: an image's own may need libraries that are not found outside of it. */
function checkCommand(
  given: readonly string[] | undefined,
  resolve: (argv: readonly string[]) => readonly string[] | undefined,
): readonly string[] | undefined {
  if (given === undefined) return undefined;
  const [how, ...command] = healthCommand(given);
  if (how === "CMD-SHELL") return ["/bin/sh", "-c", command.join(" ")];
  // A program that is not there fails every check, as in a container.
  return how === "CMD" ? (resolve(command) ?? ["false"]) : undefined;
}

export function cannotStart(argv: readonly string[], why: string, cause?: unknown): SlipwayError {
  const program = argv[0] ?? "";
  const message =
    program === "" ? "no command specified" : `exec: ${JSON.stringify(program)}: ${why}`;
  return new SlipwayError("LAUNCH_FAILED", message, { command: program }, { cause });
}
