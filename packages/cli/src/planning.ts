import {
  isSlipwayError,
  type Json,
  type JsonObject,
  type SerializedEnvironment,
} from "@slipway/core";
import type { FargatePlan } from "@slipway/environments/plan";
import { withBundledFlow } from "./bundled-flow.ts";
import type { Context } from "./context.ts";
import { invalidArgument } from "./invalid-argument.ts";
import { noticeLines } from "./notice-lines.ts";
import { readRegistered } from "./registered-environment.ts";
import { requireEnvironment } from "./registering.ts";

export interface PlanFlags {
  readonly project: string;
  readonly policy?: true;
}

/** What the plan is compared with, or why with nothing. */
type Previous =
  | { readonly version: number; readonly args: JsonObject }
  | { readonly version: null; readonly why: string };

const PLACEHOLDER = "<the flow's image, by digest>";

/** Prints what a flow file's environment would send, change and need, and answers the exit code. */
export function planFlow(context: Context, file: string, flags: PlanFlags): Promise<number> {
  return withBundledFlow(file, context, async ({ description }) => {
    const environment = requireEnvironment(description, file);
    requireFargate(environment);
    const { planFargate, registrationNotices } = await import("@slipway/environments/plan");
    const { repositoryOf } = await import("@slipway/storage/build");
    const repository = repositoryOf(description);
    const { name } = description.structure;
    const previous = await readPrevious(context, name, flags.project);
    const plan = planFargate({
      args: environment.arguments,
      request: requestFor(context, name, repository),
      previous: previous.version === null ? undefined : { args: previous.args },
    });
    const notices = registrationNotices(environment);
    if (flags.policy) {
      context.output.answer(plan.policy, JSON.stringify(plan.policy, null, 2));
      return 0;
    }
    const { version } = previous;
    context.output.answer({ ...plan, previousVersion: version, notices }, ...lines(plan, previous));
    for (const notice of noticeLines(notices)) context.output.remark(notice);
    return 0;
  });
}

function requireFargate({ type }: SerializedEnvironment): void {
  if (type === "FargateTaskEnvironment") return;
  throw invalidArgument(
    `\`environment plan\` is for FargateTaskEnvironment, and the flow has ${type}; \`environment render\` prints its inputs`,
    { path: "environment", given: type, accepted: ["FargateTaskEnvironment"] },
  );
}

/** The image is not made for a plan, but where it goes says whom IAM has to let pull it. */
function requestFor({ settings }: Context, flowName: string, repository: string | undefined) {
  return {
    installationId: "00000000-0000-7000-8000-000000000002",
    flowName,
    flowRunId: "00000000-0000-7000-8000-000000000000",
    attempt: 1,
    attemptId: "00000000-0000-7000-8000-000000000001",
    image: repository === undefined ? PLACEHOLDER : `${repository}@<digest>`,
    apiUrl: settings.containerApiUrl ?? settings.graphql,
    bootstrapToken: `slb_${"0".repeat(32)}_${"0".repeat(43)}`, // As long as a real one.
    earlier: [],
    variant: 0,
  };
}

/** Without a server, or a version on it, there is a plan all the same. */
async function readPrevious(context: Context, flow: string, project: string): Promise<Previous> {
  try {
    const { version, environment } = await readRegistered(await context.connect(), flow, project);
    return { version: version.version, args: environment.arguments };
  } catch (error) {
    if (isSlipwayError(error, "NOT_FOUND"))
      return { version: null, why: "it is not registered yet" };
    if (!isSlipwayError(error)) throw error;
    return { version: null, why: error.message };
  }
}

function lines(plan: FargatePlan, previous: Previous): readonly string[] {
  const { length, most } = plan.overrides;
  return [
    ...changeLines(plan, previous),
    "",
    `RunTask's overrides: ${length} of ${most} characters`,
    "",
    "IAM has to allow the agent (--policy prints the documents):",
    ...plan.policy.agent.Statement.map(
      ({ Action, Resource }) => `  ${Action.join(", ")}\n      on ${Resource.join(", ")}`,
    ),
    ...roleLines("executionRoleArn", plan.policy.executionRole),
    ...roleLines("taskRoleArn", plan.policy.taskRole),
  ];
}

function changeLines({ changes }: FargatePlan, previous: Previous): readonly string[] {
  if (previous.version === null) return [`Compared with nothing: ${previous.why}`];
  const since = `since version ${previous.version}`;
  if (changes.length === 0) return [`Nothing of the environment has changed ${since}`];
  const forcing = changes.filter(({ forcesRevision }) => forcesRevision).length;
  return [
    `Changed ${since} (${forcing} of ${changes.length} make a new revision of the task definition):`,
    ...changes.map(({ path, from, to, forcesRevision }) => {
      const mark = forcesRevision ? "new revision" : "at RunTask  ";
      return `  ${mark}  ${path}: ${textOf(from)} → ${textOf(to)}`;
    }),
  ];
}

function roleLines(role: string, document: FargatePlan["policy"]["taskRole"]): readonly string[] {
  if (document === undefined) return [];
  const actions = document.Statement.map(({ Action }) => `  ${Action.join(", ")}`);
  return [`and the role of \`${role}\`:`, ...actions];
}

function textOf(value: Json | undefined): string {
  return value === undefined ? "(none)" : JSON.stringify(value);
}
