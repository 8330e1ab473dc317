import { join } from "node:path";
import type { SlipwayClient } from "@slipway/client";
import {
  type FlowDescription,
  nearest,
  type SerializedEnvironment,
  SlipwayError,
} from "@slipway/core";
import type { Notice } from "@slipway/environments/plan";
import type { BuiltImage } from "@slipway/storage/build";
import { type BundledFlow, withBundledFlow } from "./bundled-flow.ts";
import type { Context } from "./context.ts";
import { noticeLines } from "./notice-lines.ts";

export interface RegisterRequest {
  readonly file: string;
  readonly project: string;
  readonly createProject: boolean;
}

/** What was registered, and what that took. */
export interface Registered {
  readonly flow: string;
  readonly project: string;
  readonly version: number;
  readonly flowVersionId: string;
  readonly image: string;
  readonly digest: string;
  readonly pushedBytes: number;
  /** False where the latest version was the same already. */
  readonly created: boolean;
}

/** Every server has it from the start. */
export const DEFAULT_PROJECT = "default";

/**
 * Bundles, checks and pushes a flow and registers it last, so that whatever fails before leaves the
 * server as it was. `onStep` hears what has been done.
 */
export function registerFlowFile(
  context: Context,
  request: RegisterRequest,
  onStep: (done: string) => void,
): Promise<Registered> {
  return withBundledFlow(request.file, context, async (flow) => {
    const { structure } = flow.description;
    const environment = requireEnvironment(flow.description, request.file);
    onStep(
      `bundled ${structure.name}: ${count(structure.tasks.length, "task")}, ${count(structure.parameters.length, "parameter")}`,
    );
    const client = await context.connect();
    await requireProject(client, request);
    const notices = await noticesOf(environment);
    for (const notice of noticeLines(notices)) context.output.remark(notice);
    const image = await build(context, flow, environment);
    for (const notice of noticeLines(placeNotices(environment, image.reference)))
      context.output.remark(notice);
    onStep(
      `${image.alreadyThere ? "image unchanged" : `pushed ${bytes(image.pushedBytes)}`}: ${image.reference}`,
    );
    if (request.createProject) await client.createProject(request.project);
    const { flowVersion, created } = await client.registerFlow({
      project: request.project,
      structure,
      image: image.reference,
      environmentType: environment.type,
      labels: flow.description.labels,
    });
    return {
      flow: structure.name,
      project: request.project,
      version: flowVersion.version,
      flowVersionId: flowVersion.id,
      image: image.reference,
      digest: image.digest,
      pushedBytes: image.pushedBytes,
      created,
    };
  });
}

/** Throws `FLOW_WITHOUT_ENVIRONMENT`. */
export function requireEnvironment({ environment, structure }: FlowDescription, file: string) {
  if (environment) return environment;
  throw new SlipwayError(
    "FLOW_WITHOUT_ENVIRONMENT",
    `The flow ${structure.name} has no environment, so nothing can launch it; give it one, for example new Flow("${structure.name}", { environment: new FargateTaskEnvironment({ … }) }), or run it here with \`slipway run\``,
    {
      path: "environment",
      given: null,
      accepted: ["FargateTaskEnvironment", "KubernetesJobEnvironment"],
      file,
    },
  );
}

/** Looked for before anything is pushed; made only when all else has gone well. */
async function requireProject(
  client: SlipwayClient,
  { project, createProject }: RegisterRequest,
): Promise<void> {
  const names = (await client.projects()).map(({ name }) => name);
  if (createProject || names.includes(project)) return;
  const near = nearest(project, names);
  throw new SlipwayError(
    "NOT_FOUND",
    `There is no project ${project}${near ? `; did you mean ${near}?` : ""} (\`--create-project\` makes it)`,
    { path: "--project", given: project, accepted: names },
  );
}

/** A folder on this machine is no place that the nodes of a cluster pull from. */
function placeNotices({ type }: SerializedEnvironment, reference: string): readonly Notice[] {
  if (type !== "KubernetesJobEnvironment" || !reference.startsWith("oci:")) return [];
  const message =
    'names no registry, so the image stays in a folder of this machine and no node can pull it; give `storage: new Docker({ registryUrl: "registry.example.com", imageName: "flows" })`';
  return [{ path: "storage", message }];
}

async function noticesOf(environment: SerializedEnvironment): Promise<readonly Notice[]> {
  const { registrationNotices } = await import("@slipway/environments/plan");
  return registrationNotices(environment);
}

async function build(
  { settings }: Context,
  { bundle, description }: BundledFlow,
  { type, arguments: args }: SerializedEnvironment,
): Promise<BuiltImage> {
  const { buildImage } = await import("@slipway/storage/build");
  return buildImage({
    bundle,
    description,
    imagesDir: join(settings.home, "images"),
    checkPlatforms: async (platforms) => {
      if (type !== "FargateTaskEnvironment") return;
      const { checkAgainstImage } = await import("@slipway/environments/plan");
      checkAgainstImage(args, platforms);
    },
  });
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** For example `512 B`, `1.4 kB` or `20 MB`. */
function bytes(number: number): string {
  if (number < 1_000) return `${number} B`;
  const [unit, size] = number < 1_000_000 ? ["kB", number / 1_000] : ["MB", number / 1_000_000];
  return `${size < 10 ? size.toFixed(1) : size.toFixed(0)} ${unit}`;
}
