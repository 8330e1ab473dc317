import { messageOf, SlipwayError } from "@slipway/core";
import type { TaskDefinition } from "../model/task-definition.ts";
import { parseSecretReference, type SecretReference } from "./secret-reference.ts";
import { fieldOf, findSecret, type SecretValues } from "./secret-values.ts";
import type { SecretSource } from "./secrets-file.ts";

type DefinedContainer = TaskDefinition["containerDefinitions"][number];

/** How a private registry is asked for a container's image. */
export interface RegistryCredentials {
  readonly username: string;
  readonly password: string;
}

/** What a container gets of its secrets. */
export interface ContainerSecrets {
  readonly variables: Readonly<Record<string, string>>;
  readonly credentials?: RegistryCredentials;
}

const FAILED =
  "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: ";
const RETRIED = "service call has been retried 1 time(s): ";
const FROM_SECRETS = `unable to retrieve secret from asm: ${RETRIED}`;
const FROM_PARAMETERS = `unable to retrieve secrets from ssm: ${RETRIED}`;
const WITHOUT_FILE = "local Fargate was given no secretsFile to find it in";

/**
 * The secrets of each container by its name, before anything of the task starts. Throws `LAUNCH_FAILED`
 * in ECS's words where one is missing. Those of a log driver are only looked for: logs stay here.
 */
export async function resolveSecrets(
  containers: readonly DefinedContainer[],
  source: SecretSource,
): Promise<ReadonlyMap<string, ContainerSecrets>> {
  if (!containers.some(needsSecrets)) return new Map();
  const values = await read(source);
  const lookUp = (references: readonly string[]) => findAll(references, values);
  return new Map(containers.map((container) => [container.name, secretsOf(container, lookUp)]));
}

function needsSecrets({ secrets, repositoryCredentials, logConfiguration }: DefinedContainer) {
  return Boolean(
    secrets?.length || repositoryCredentials || logConfiguration?.secretOptions?.length,
  );
}

async function read(source: SecretSource): Promise<SecretValues | undefined> {
  try {
    return await source.read();
  } catch (error) {
    throw failed(messageOf(error), error);
  }
}

function secretsOf(
  container: DefinedContainer,
  lookUp: (references: readonly string[]) => readonly string[],
): ContainerSecrets {
  const { secrets = [], repositoryCredentials, logConfiguration } = container;
  const found = lookUp(secrets.map(({ valueFrom }) => valueFrom));
  lookUp((logConfiguration?.secretOptions ?? []).flatMap(({ valueFrom }) => valueFrom ?? []));
  const variables = Object.fromEntries(secrets.map(({ name }, at) => [name, found[at] ?? ""]));
  const parameter = repositoryCredentials?.credentialsParameter;
  if (parameter === undefined) return { variables };
  return { variables, credentials: parseCredentials(lookUp([parameter])[0] ?? "", parameter) };
}

function findAll(references: readonly string[], values: SecretValues | undefined): string[] {
  const parsed = references.map(parseSecretReference);
  const isMissing = (one: SecretReference) => findSecret(values ?? new Map(), one) === undefined;
  const parameters = parsed.filter((one) => one.kind === "parameter" && isMissing(one));
  if (parameters.length > 0) {
    const names = parameters.map(({ valueFrom }) => valueFrom).join(",");
    throw failed(`${FROM_PARAMETERS}invalid ssm parameters: ${names}${hint(values)}`);
  }
  return parsed.map((reference) => findOne(reference, values));
}

function findOne(reference: SecretReference, values: SecretValues | undefined): string {
  const text = findSecret(values ?? new Map(), reference);
  if (text === undefined) {
    const { valueFrom } = reference;
    throw failed(
      `${FROM_SECRETS}failed to fetch secret ${valueFrom} from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret.${hint(values)}`,
    );
  }
  if (reference.kind === "parameter" || reference.jsonKey === undefined) return text;
  const field = fieldOf(text, reference.jsonKey);
  if (field !== undefined) return field;
  throw failed(
    `${FROM_SECRETS}retrieved secret from Secrets Manager did not contain json key ${reference.jsonKey}`,
  );
}

function parseCredentials(text: string, parameter: string): RegistryCredentials {
  const username = fieldOf(text, "username");
  const password = fieldOf(text, "password");
  if (username !== undefined && password !== undefined) return { username, password };
  throw failed(
    `unable to retrieve private registry authentication from asm: the secret ${parameter} is no JSON object with username and password`,
  );
}

function hint(values: SecretValues | undefined): string {
  return values === undefined ? ` (${WITHOUT_FILE})` : "";
}

function failed(what: string, cause?: unknown): SlipwayError {
  return new SlipwayError("LAUNCH_FAILED", `${FAILED}${what}`, {}, { cause });
}
