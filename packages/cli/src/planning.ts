import { isSlipwayError, type SerializedEnvironment } from "@slipway/core";
import { withBundledFlow } from "./bundled-flow.ts";
import type { Context } from "./context.ts";
import { invalidArgument } from "./invalid-argument.ts";
import { noticeLines } from "./notice-lines.ts";
import type { Planner, Previous } from "./plan-answer.ts";
import { readRegistered } from "./registered-environment.ts";
import { requireEnvironment } from "./registering.ts";

export interface PlanFlags {
  readonly project: string;
  readonly policy?: true;
}

const PLACEHOLDER = "<the flow's image, by digest>";

/** Prints what a flow file's environment would send, change and need, and answers the exit code. */
export function planFlow(context: Context, file: string, flags: PlanFlags): Promise<number> {
  return withBundledFlow(file, context, async ({ description }) => {
    const environment = requireEnvironment(description, file);
    const plan = await planner(environment);
    const { registrationNotices } = await import("@slipway/environments/plan");
    const { repositoryOf } = await import("@slipway/storage/build");
    const { name } = description.structure;
    const previous = await readPrevious(context, name, flags.project, environment.type);
    const { data, policy, lines } = plan({
      args: environment.arguments,
      request: requestFor(context, name, repositoryOf(description)),
      previous,
    });
    if (flags.policy) {
      context.output.answer(policy.data, policy.text);
      return 0;
    }
    const notices = registrationNotices(environment);
    context.output.answer({ ...data, previousVersion: previous.version, notices }, ...lines);
    for (const notice of noticeLines(notices)) context.output.remark(notice);
    return 0;
  });
}

/** Throws `INVALID_ARGUMENT` for a type that has no plan. */
async function planner({ type }: SerializedEnvironment): Promise<Planner> {
  const planners: Readonly<Record<string, () => Promise<Planner>>> = {
    FargateTaskEnvironment: async () => (await import("./planning-fargate.ts")).planFargateTask,
    KubernetesJobEnvironment: async () => (await import("./planning-kubernetes.ts")).planJob,
  };
  const found = Object.hasOwn(planners, type) ? planners[type] : undefined;
  if (found !== undefined) return found();
  const accepted = Object.keys(planners);
  throw invalidArgument(
    `\`environment plan\` is for ${accepted.join(" and ")}, and the flow has ${type}`,
    { path: "environment", given: type, accepted },
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
async function readPrevious(
  context: Context,
  flow: string,
  project: string,
  type: string,
): Promise<Previous> {
  try {
    const { version, environment } = await readRegistered(await context.connect(), flow, project);
    const number = version.version;
    if (environment.type !== type) {
      return { version: null, why: `version ${number} had a ${environment.type}` };
    }
    return { version: number, args: environment.arguments };
  } catch (error) {
    if (isSlipwayError(error, "NOT_FOUND"))
      return { version: null, why: "it is not registered yet" };
    if (!isSlipwayError(error)) throw error;
    return { version: null, why: error.message };
  }
}
