import type { ContainerOverride } from "./run-task.ts";
import type { TaskDefinition } from "./task-definition.ts";

/** What an image says of how its container starts (the parts of an OCI image's `config`). */
export interface ImageDefaults {
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly env: readonly string[];
  readonly workingDir?: string;
}

/** The variables that Fargate itself gives every container. */
export interface FargateVariables {
  readonly region: string;
  readonly metadataUri: string;
}

export const DEFAULT_STOP_TIMEOUT_S = 30;

type DefinedContainer = TaskDefinition["containerDefinitions"][number];

/**
 * The whole command line, as Docker puts it together: an entry point in the definition replaces the
 * image's and drops the image's command; a command in the override goes before the definition's.
 */
export function commandLine(
  image: ImageDefaults,
  container: DefinedContainer,
  override: ContainerOverride | undefined,
): string[] {
  const given = override?.command ?? container.command;
  if (container.entryPoint?.length) return [...container.entryPoint, ...(given ?? [])];
  return [...image.entrypoint, ...(given?.length ? given : image.cmd)];
}

/** The variables of the definition, the override, the secrets and Fargate, the later over the earlier. */
export function givenVariables(
  container: DefinedContainer,
  override: ContainerOverride | undefined,
  fargate: FargateVariables,
  secrets: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const entries = [...(container.environment ?? []), ...(override?.environment ?? [])];
  return {
    ...Object.fromEntries(entries.map(({ name = "", value = "" }) => [name, value])),
    ...secrets,
    AWS_EXECUTION_ENV: "AWS_ECS_FARGATE",
    AWS_REGION: fargate.region,
    AWS_DEFAULT_REGION: fargate.region,
    ECS_CONTAINER_METADATA_URI_V4: fargate.metadataUri,
  };
}

/** `NAME=value` entries as a record. */
export function parseVariables(entries: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    entries.map((entry) => {
      const at = entry.indexOf("=");
      return at === -1 ? [entry, ""] : [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
}
