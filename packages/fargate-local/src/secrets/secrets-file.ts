import { readFile, stat } from "node:fs/promises";
import { messageOf, SlipwayError } from "@slipway/core";
import { parseSecretValues, type SecretValues } from "./secret-values.ts";

const OTHERS = 0o077;

/** Where local Fargate finds what Secrets Manager and the SSM Parameter Store would hold. */
export interface SecretSource {
  /** All secrets as they are now; undefined where no file was given. */
  read(): Promise<SecretValues | undefined>;
}

export const NO_SECRETS: SecretSource = { read: async () => undefined };

/**
 * A file of secrets, which is read anew for every task. Throws `INVALID_ARGUMENT` where it can't be read;
 * warns where others than its owner can read it.
 */
export async function openSecretsFile(
  path: string,
  warn: (line: string) => void,
): Promise<SecretSource> {
  const read = async () => parseSecretValues(await readText(path), path);
  await read();
  const { mode } = await stat(path);
  if (process.platform !== "win32" && (mode & OTHERS) !== 0) {
    const octal = (mode & 0o777).toString(8).padStart(3, "0");
    warn(
      `the secrets file ${path} can be used by others than its owner (mode ${octal}); chmod 600 it`,
    );
  }
  return { read };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): SlipwayError {
  return new SlipwayError(
    "INVALID_ARGUMENT",
    `The secrets file ${path} can't be read (${messageOf(cause)})`,
    { path: "secretsFile", given: path, accepted: "a file of YAML or JSON" },
    { cause },
  );
}
