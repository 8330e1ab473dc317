import { type JsonObject, RESERVED_VARIABLES } from "@slipway/core";
import type { Notice } from "../../notice.ts";
import { objectsOf, textOf } from "../../plain-read.ts";
import { looksSecret } from "../../secret-looking.ts";
import { CONTAINER_OVERRIDABLE, TASK_OVERRIDABLE } from "../overridable.ts";
import { containersOf, type FargateSubject, overridesOf, subjectOf } from "../rules/subject.ts";
import { missingForFargate } from "./missing-for-fargate.ts";

/** What to tell the author of a task on Fargate when it is registered. Looks at the arguments alone. */
export function fargateNotices(args: JsonObject): readonly Notice[] {
  const subject = subjectOf(args);
  return NOTICES.flatMap((notices) => notices(subject));
}

const NOTICES: readonly ((subject: FargateSubject) => readonly Notice[])[] = [
  literalCredentials,
  replacedFields,
  replacedVariables,
  secretsInTheOpen,
  missingForFargate,
  ownClientToken,
  idleSpotRule,
  newRevisions,
];

function literalCredentials({ client }: FargateSubject): readonly Notice[] {
  const given = ["credentials", "awsSecretAccessKey"].filter(
    (name) => client[name] !== undefined && client[name] !== "",
  );
  return given.map((path) => ({
    path,
    message:
      "is a key that everybody reads who can pull the flow's image, and that outlives whoever made it; leave it out: the agent's own role launches tasks, `taskRoleArn` is for what the flow's code calls, and `executionRoleArn` for images, secrets and logs",
  }));
}

/** What Slipway sets in the flow's container, whatever stands there. */
function replacedFields(subject: FargateSubject): readonly Notice[] {
  const [flow] = containersOf(subject);
  if (flow === undefined) return [];
  const { container, path } = flow;
  const because: Readonly<Record<string, string>> = {
    image: "is replaced by the flow's image",
    command: "is replaced: the flow's container runs the flow",
    entryPoint: "is taken out: the flow's container runs the flow",
  };
  return Object.entries(because)
    .filter(([field]) => isGiven(container[field]))
    .map(([field, message]) => ({ path: `${path}.${field}`, message }));
}

function isGiven(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== "";
}

interface PlacedVariable {
  readonly entry: JsonObject;
  readonly path: string;
}

/** The variables of the flow's container: in the definition, as secrets, and in its override. */
function flowVariables(subject: FargateSubject): readonly PlacedVariable[] {
  const [flow] = containersOf(subject);
  const name = flow?.name ?? "flow";
  const own = flow === undefined ? [] : entriesOf(flow.container, flow.path);
  const at = `${subject.path("runTask", "overrides")}.containerOverrides`;
  const overrides = objectsOf(overridesOf(subject)["containerOverrides"]);
  return [
    ...own,
    ...overrides.flatMap((override, index) =>
      subject.pinned !== undefined || override["name"] === name
        ? entriesOf(override, `${at}[${index}]`)
        : [],
    ),
  ];
}

function entriesOf(holder: JsonObject, path: string): readonly PlacedVariable[] {
  return ["environment", "secrets"].flatMap((list) =>
    objectsOf(holder[list]).map((entry, index) => ({ entry, path: `${path}.${list}[${index}]` })),
  );
}

function replacedVariables(subject: FargateSubject): readonly Notice[] {
  const reserved: readonly string[] = RESERVED_VARIABLES;
  return flowVariables(subject)
    .filter(({ entry }) => reserved.includes(String(entry["name"])))
    .map(({ entry, path }) => ({
      path,
      message: `is replaced: Slipway itself sets ${String(entry["name"])} in the flow's container`,
    }));
}

/** Plain values under names that say they are secrets, in any container. */
function secretsInTheOpen(subject: FargateSubject): readonly Notice[] {
  const overrides = objectsOf(overridesOf(subject)["containerOverrides"]);
  const at = `${subject.path("runTask", "overrides")}.containerOverrides`;
  const holders = [
    ...containersOf(subject).map(({ container, path }) => [container, path] as const),
    ...overrides.map((override, index) => [override, `${at}[${index}]`] as const),
  ];
  return holders.flatMap(([holder, path]) =>
    objectsOf(holder["environment"]).flatMap((entry, index) => {
      const name = String(entry["name"]);
      const value = textOf(entry["value"]);
      if (value === undefined || value.startsWith("arn:") || !looksSecret(name)) return [];
      return {
        path: `${path}.environment[${index}]`,
        message: `puts ${name} in the open: in the flow's image, in the task definition and in the console; name it in \`secrets\` with the ARN of a secret in Secrets Manager or an SSM parameter`,
      };
    }),
  );
}

function ownClientToken({ run, path }: FargateSubject): readonly Notice[] {
  if (run["clientToken"] === undefined) return [];
  return [
    {
      path: path("runTask", "clientToken"),
      message:
        "is the beginning of each attempt's token only: used as it is, it would answer every run with the first one's task",
    },
  ];
}

function idleSpotRule({ run, policy }: FargateSubject): readonly Notice[] {
  if (policy.onDemandAfter === undefined) return [];
  const strategies = [run, ...policy.variants].map((way) =>
    way === "on-demand" ? undefined : way["capacityProviderStrategy"],
  );
  if (JSON.stringify(strategies).includes("FARGATE_SPOT")) return [];
  return [
    {
      path: "onInfrastructureFailure.spot",
      message:
        'has nothing to do: nothing here asks for Fargate Spot. Give capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }]',
    },
  ];
}

/** What AWS cannot override when a task is run, so that a change of it is a new revision. */
function newRevisions(subject: FargateSubject): readonly Notice[] {
  const { definition, pinned } = subject;
  if (pinned !== undefined) return [];
  const list = subject.path("registerTaskDefinition", "containerDefinitions");
  const fixed = Object.keys(definition).filter(
    (name) =>
      name !== "family" &&
      name !== "containerDefinitions" &&
      !Object.hasOwn(TASK_OVERRIDABLE, name),
  );
  const inContainers = containersOf(subject).flatMap(({ container, path }) =>
    Object.keys(container)
      .filter((name) => !Object.hasOwn(CONTAINER_OVERRIDABLE, name))
      .map((name) => `${path}.${name}`),
  );
  const fields = [
    ...fixed.map((name) => subject.path("registerTaskDefinition", name)),
    ...inContainers,
  ];
  const also = fields.length === 0 ? "" : `; RunTask cannot override ${fields.join(", ")}`;
  return [
    {
      path: list,
      message: `is registered once for each content: a new image of the flow is a new revision, and so is a change of any field of the definition${also}`,
    },
  ];
}
