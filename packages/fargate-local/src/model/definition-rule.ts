import { type Refusal, type Rule, refusal } from "./refusal.ts";
import type { ContainerDefinition, RegisterTaskDefinition } from "./task-definition.ts";

export type DefinitionRule = Rule<RegisterTaskDefinition>;

/** What is wrong with one container, in AWS's words; undefined where nothing is. */
export type ContainerRule = (
  container: ContainerDefinition,
  definition: RegisterTaskDefinition,
) => string | undefined;

export function when(
  broken: (input: RegisterTaskDefinition) => unknown,
  message: string,
): DefinitionRule {
  return (input) => (broken(input) ? refused(message) : undefined);
}

/** A rule that says itself what is wrong. */
export function saying(
  problem: (input: RegisterTaskDefinition) => string | undefined,
): DefinitionRule {
  return (input) => {
    const message = problem(input);
    return message === undefined ? undefined : refused(message);
  };
}

export function eachContainer(rules: readonly ContainerRule[]): DefinitionRule {
  return saying((definition) => {
    for (const container of definition.containerDefinitions ?? []) {
      for (const rule of rules) {
        const message = rule(container, definition);
        if (message !== undefined) return message;
      }
    }
    return undefined;
  });
}

export function hasDuplicate(names: readonly unknown[]): boolean {
  return new Set(names).size < names.length;
}

function refused(message: string): Refusal {
  return refusal("ClientException", message);
}
