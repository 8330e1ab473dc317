import { type KubernetesPlan, planKubernetes, roleYaml } from "@slipway/environments/plan";
import {
  nothingChanged,
  type PlanAnswer,
  type PlanSubject,
  type Previous,
  valueText,
} from "./plan-answer.ts";

/** The plan of a Kubernetes Job. */
export function planJob({ args, request, previous }: PlanSubject): PlanAnswer {
  const plan = planKubernetes({
    args,
    request,
    previous: previous.version === null ? undefined : { args: previous.args },
  });
  const { policy } = plan;
  return {
    data: plan,
    policy: { data: policy, text: roleYaml(policy.metadata.namespace).trimEnd() },
    lines: lines(plan, previous),
  };
}

function lines({ changes, size, policy }: KubernetesPlan, previous: Previous): readonly string[] {
  return [
    nothingChanged(changes, previous) ?? `Changed since version ${previous.version}:`,
    ...changes.map(({ path, from, to }) => `  ${path}: ${valueText(from)} → ${valueText(to)}`),
    "",
    `The Job: ${size.bytes} of ${size.most} bytes`,
    "",
    `The agent needs these rights in namespace ${policy.metadata.namespace} (--policy prints the Role):`,
    ...policy.rules.map(({ resources, verbs }) => `  ${resources.join(", ")}: ${verbs.join(", ")}`),
  ];
}
