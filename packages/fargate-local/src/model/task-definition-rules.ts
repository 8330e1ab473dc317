import { CONTAINER_RULES } from "./container-rules.ts";
import { type DefinitionRule, eachContainer, hasDuplicate, when } from "./definition-rule.ts";
import { FARGATE_RULES } from "./fargate-rules.ts";
import { parseCpu, parseMemory } from "./fargate-sizes.ts";
import { firstRefusal, type Refusal, refusal } from "./refusal.ts";
import type { ContainerDefinition, RegisterTaskDefinition } from "./task-definition.ts";
import { VOLUME_RULES } from "./volume-rules.ts";

const NAME = /^[A-Za-z0-9_-]{1,255}$/;
const MAX_CONTAINERS = 10;
const NETWORK_MODES = ["bridge", "host", "awsvpc", "none"];
const COMPATIBILITIES = ["EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"];

/** What ECS asks of every task definition, in the order in which it looks. */
const RULES: readonly DefinitionRule[] = [
  when(({ family }) => family === undefined || family === "", "Family can not be blank."),
  when(({ family }) => !NAME.test(family ?? ""), "Family contains invalid characters."),
  when(
    ({ containerDefinitions }) => !containerDefinitions?.length,
    "Container list cannot be empty.",
  ),
  when(
    ({ containerDefinitions }) => (containerDefinitions?.length ?? 0) > MAX_CONTAINERS,
    `Container list cannot have more than ${MAX_CONTAINERS} items.`,
  ),
  eachContainer([
    ({ name }) => (name ? undefined : "Container.name should not be null or empty."),
    ({ name }) =>
      NAME.test(name ?? "") ? undefined : "Container.name contains invalid characters.",
    ({ image }) => (image ? undefined : "Container.image should not be null or empty."),
  ]),
  when(
    ({ containerDefinitions = [] }) => hasDuplicate(containerDefinitions.map(({ name }) => name)),
    "Container.name must be unique within a task definition.",
  ),
  when(
    ({ containerDefinitions = [] }) =>
      containerDefinitions.every(({ essential }) => essential === false),
    "Task definition must have at least one essential container.",
  ),
  when(
    ({ networkMode }) => networkMode !== undefined && !NETWORK_MODES.includes(networkMode),
    "Invalid network mode.",
  ),
  ({ requiresCompatibilities = [] }) => {
    const unknown = requiresCompatibilities.find((given) => !COMPATIBILITIES.includes(given));
    return unknown === undefined
      ? undefined
      : refusal("ClientException", `Invalid requires compatibilities value: ${unknown}.`);
  },
  amountRule("cpu", parseCpu),
  amountRule("memory", parseMemory),
  when(
    ({ executionRoleArn, containerDefinitions = [] }) =>
      !executionRoleArn && containerDefinitions.some(({ secrets }) => secrets?.length),
    "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
  ),
  eachContainer([
    ({ name, memory, memoryReservation }, definition) =>
      (definition.memory ?? memory ?? memoryReservation)
        ? undefined
        : `Invalid setting for container '${name}'. At least one of 'memory' or 'memoryReservation' must be specified.`,
    ({ name, memory, memoryReservation }) =>
      memory !== undefined && memoryReservation !== undefined && memory < memoryReservation
        ? `Invalid setting for container '${name}'. 'memory' must be greater than or equal to 'memoryReservation'.`
        : undefined,
    memoryFits,
    ...CONTAINER_RULES,
  ]),
  ...VOLUME_RULES,
  when(
    ({ containerDefinitions = [] }) => hasDependencyCycle(containerDefinitions),
    "Container dependency graph contains a cycle.",
  ),
  sumRule("cpu", parseCpu),
  sumRule("memory", parseMemory),
];

/** Why a definition is refused: undefined where ECS would register it. */
export function checkTaskDefinition(input: RegisterTaskDefinition): Refusal | undefined {
  const found = firstRefusal(RULES, input);
  if (found !== undefined) return found;
  return input.requiresCompatibilities?.includes("FARGATE")
    ? firstRefusal(FARGATE_RULES, input)
    : undefined;
}

/** The launch types that an accepted definition may run on. */
export function compatibilitiesOf(input: RegisterTaskDefinition): string[] {
  return firstRefusal(FARGATE_RULES, input) === undefined ? ["EC2", "FARGATE"] : ["EC2"];
}

function amountRule(field: "cpu" | "memory", parse: typeof parseCpu): DefinitionRule {
  return (input) => {
    const given = input[field];
    return given === undefined || parse(given) !== undefined
      ? undefined
      : refusal("ClientException", `Invalid '${field}' setting for task.`);
  };
}

function sumRule(field: "cpu" | "memory", parse: typeof parseCpu): DefinitionRule {
  return (input) => {
    const limit = parse(input[field] ?? "");
    const sum = (input.containerDefinitions ?? []).reduce(
      (total, container) => total + reserved(container, field),
      0,
    );
    return limit === undefined || sum <= limit
      ? undefined
      : refusal(
          "ClientException",
          `The sum of all container '${field}' values cannot be greater than the value of the task '${field}'.`,
        );
  };
}

function reserved(container: ContainerDefinition, field: "cpu" | "memory"): number {
  if (field === "cpu") return container.cpu ?? 0;
  return container.memoryReservation ?? container.memory ?? 0;
}

function hasDependencyCycle(containers: readonly ContainerDefinition[]): boolean {
  const upstream = new Map(
    containers.map(({ name, dependsOn = [] }) => [name, dependsOn.map((on) => on.containerName)]),
  );
  const reaches = (from: string, goal: string, seen: Set<string>): boolean =>
    (upstream.get(from) ?? []).some((next) => {
      if (next === goal) return true;
      if (seen.has(next)) return false;
      seen.add(next);
      return reaches(next, goal, seen);
    });
  return containers.some(({ name = "" }) => reaches(name, name, new Set()));
}

function memoryFits(
  { name, memory = 0 }: ContainerDefinition,
  definition: RegisterTaskDefinition,
): string | undefined {
  const limit = parseMemory(definition.memory ?? "");
  return limit === undefined || memory <= limit
    ? undefined
    : `The 'memory' setting for container '${name}' is greater than for the task.`;
}
