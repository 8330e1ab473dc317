import { type FargatePlan, planFargate } from "@slipway/environments/plan";
import {
  nothingChanged,
  type PlanAnswer,
  type PlanSubject,
  type Previous,
  valueText,
} from "./plan-answer.ts";

/** The plan of a task on Fargate. */
export function planFargateTask({ args, request, previous }: PlanSubject): PlanAnswer {
  const plan = planFargate({
    args,
    request,
    previous: previous.version === null ? undefined : { args: previous.args },
  });
  const { policy } = plan;
  return {
    data: plan,
    policy: { data: policy, text: JSON.stringify(policy, null, 2) },
    lines: lines(plan, previous),
  };
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
  const nothing = nothingChanged(changes, previous);
  if (nothing !== undefined) return [nothing];
  const since = `since version ${previous.version}`;
  const forcing = changes.filter(({ forcesRevision }) => forcesRevision).length;
  return [
    `Changed ${since} (${forcing} of ${changes.length} make a new revision of the task definition):`,
    ...changes.map(({ path, from, to, forcesRevision }) => {
      const mark = forcesRevision ? "new revision" : "at RunTask  ";
      return `  ${mark}  ${path}: ${valueText(from)} → ${valueText(to)}`;
    }),
  ];
}

function roleLines(role: string, document: FargatePlan["policy"]["taskRole"]): readonly string[] {
  if (document === undefined) return [];
  const actions = document.Statement.map(({ Action }) => `  ${Action.join(", ")}`);
  return [`and the role of \`${role}\`:`, ...actions];
}
