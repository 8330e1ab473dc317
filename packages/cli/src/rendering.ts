import type { Attempt, SlipwayClient } from "@slipway/client";
import {
  type Infrastructure,
  isPlainObject,
  type JsonObject,
  type LaunchRequest,
  type RenderedLaunch,
  SlipwayError,
} from "@slipway/core";
import { type BundledFlow, withBundledFlow } from "./bundled-flow.ts";
import type { Context } from "./context.ts";
import { invalidArgument } from "./invalid-argument.ts";
import { requireRun } from "./remote-run.ts";

export interface RenderRequest {
  readonly file: string;
  readonly flowRun?: string | undefined;
  readonly image?: string | undefined;
  /** `family:revision`: the number that only ECS knows before a launch. */
  readonly taskDefinition?: string | undefined;
}

export interface Rendering {
  readonly inputs: RenderedLaunch;
  readonly changes: readonly Change[];
}

interface Change {
  readonly operation: string;
  readonly path: string;
  readonly change: string;
}

const TOKEN = "<one-use token>";

/** The exact API inputs of a launch, without launching anything. */
export function renderFlow(context: Context, request: RenderRequest): Promise<Rendering> {
  return withBundledFlow(request.file, context, async (flow) => {
    const { environment, structure } = flow.description;
    if (!environment) {
      throw new SlipwayError(
        "FLOW_WITHOUT_ENVIRONMENT",
        `The flow ${structure.name} has no environment, so there is nothing to render`,
        {
          path: "environment",
          given: null,
          accepted: ["FargateTaskEnvironment", "KubernetesJobEnvironment"],
        },
      );
    }
    const { createLauncher, FARGATE_CHANGES, KUBERNETES_CHANGES } = await import(
      "@slipway/environments/launch"
    );
    const launcher = await createLauncher(environment);
    try {
      const { launch, launched } = await toLaunch(context, request, flow);
      const inputs = launcher.render(launch, launched);
      const all = [...FARGATE_CHANGES, ...KUBERNETES_CHANGES];
      return { inputs, changes: all.filter(({ operation }) => Object.hasOwn(inputs, operation)) };
    } finally {
      launcher.close();
    }
  });
}

interface Launch {
  readonly launch: LaunchRequest;
  readonly launched: Infrastructure | undefined;
}

async function toLaunch(
  context: Context,
  request: RenderRequest,
  flow: BundledFlow,
): Promise<Launch> {
  const { settings } = context;
  const common = {
    installationId: "<installation>",
    flowName: flow.description.structure.name,
    apiUrl: settings.containerApiUrl ?? settings.graphql,
    bootstrapToken: TOKEN,
  };
  const revision = parseRevision(request.taskDefinition);
  if (request.flowRun !== undefined) {
    const known = await launchOfRun(await context.connect(), request.flowRun);
    const image = request.image ?? known.launch.image;
    return { launch: { ...common, ...known.launch, image }, launched: revision ?? known.launched };
  }
  const launch = {
    ...common,
    flowRunId: "<flow run>",
    attempt: 1,
    attemptId: "<attempt>",
    image: request.image ?? "<the flow's image, by digest>",
    earlier: [],
    variant: 0,
  };
  return { launch, launched: revision };
}

async function launchOfRun(client: SlipwayClient, id: string) {
  const run = await requireRun(client, id);
  const { installationId } = await client.server();
  const attempt = run.attempts.reduce<(typeof run.attempts)[number] | undefined>(
    (newest, other) => (newest && newest.number > other.number ? newest : other),
    undefined,
  );
  return {
    launch: {
      installationId,
      flowRunId: run.id,
      attempt: attempt?.number ?? 1,
      attemptId: attempt?.id ?? "<attempt>",
      image: run.flowVersion.image,
      earlier: run.attempts.filter((other) => other !== attempt).flatMap(causeOf),
      variant: variantOf(attempt?.infrastructure),
    },
    launched: toInfrastructure(attempt?.infrastructure),
  };
}

/** What ended an earlier attempt: memory and capacity grow with it. */
function causeOf({ diagnosis }: Attempt): readonly string[] {
  return isPlainObject(diagnosis) ? [String(diagnosis["cause"])] : [];
}

/** Which of the author's ways to launch was taken. */
function variantOf(infrastructure: unknown): number {
  const details = isPlainObject(infrastructure) ? infrastructure["details"] : undefined;
  return isPlainObject(details) ? Number(details["variant"] ?? 0) : 0;
}

function toInfrastructure(value: unknown): Infrastructure | undefined {
  if (!isPlainObject(value)) return undefined;
  const { kind, id, details } = value;
  if (typeof kind !== "string" || typeof id !== "string" || !isPlainObject(details))
    return undefined;
  return { kind, id, details: details as JsonObject }; // It came as JSON.
}

function parseRevision(taskDefinition: string | undefined): Infrastructure | undefined {
  if (taskDefinition === undefined) return undefined;
  const revision = /:(\d+)$/.exec(taskDefinition)?.[1];
  if (revision) return { kind: "EcsTask", id: "", details: { revision: Number(revision) } };
  throw invalidArgument(
    `--task-definition ${taskDefinition} names no revision; write it as family:revision`,
    { path: "--task-definition", given: taskDefinition, accepted: "family:revision" },
  );
}
