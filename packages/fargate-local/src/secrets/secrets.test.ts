import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withTempDir } from "@slipway/testing";
import { describe, expect, it } from "vitest";
import { type ContainerSecrets, resolveSecrets } from "./resolve-secrets.ts";
import { parseSecretValues } from "./secret-values.ts";
import { NO_SECRETS, openSecretsFile } from "./secrets-file.ts";

const ARN = "arn:aws:secretsmanager:eu-central-1:000000000000:secret:db-AbCdEf";
const FAILED =
  "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: ";

async function resolve(valueFrom: string, file: string): Promise<string | undefined> {
  const secrets = [{ name: "A", valueFrom }];
  const found = await resolveSecrets([{ name: "c", secrets }], sourceOf(file));
  return found.get("c")?.variables["A"];
}

const sourceOf = (text: string) => ({ read: async () => parseSecretValues(text, "secrets.yaml") });

describe("resolveSecrets", () => {
  it.each([
    ["a parameter by its name", "/app/key", "/app/key: v"],
    ["a parameter by its ARN", "arn:aws:ssm:r:0:parameter/app/key", "/app/key: v"],
    ["a parameter whose name has no slash", "arn:aws:ssm:r:0:parameter/key", "key: v"],
    ["a secret by its whole ARN", ARN, `"${ARN}": v`],
    ["a secret by its name", ARN, "db: v"],
    ["a secret in another partition", ARN.replace("aws", "aws-cn"), "db: v"],
    ["a field of a secret", `${ARN}:password::`, "db: { user: u, password: v }"],
    ["a field of a secret that is JSON text", `${ARN}:password::`, 'db: \'{"password":"v"}\''],
    ["the current version by its stage", `${ARN}:password:AWSCURRENT:`, "db: { password: v }"],
    ["another version", `${ARN}::AWSPREVIOUS:`, 'db: w\n"db::AWSPREVIOUS:": v'],
    ["JSON, which is YAML", "/k", '{"/k":"v"}'],
  ])("finds %s", async (_what, valueFrom, file) => {
    expect(await resolve(valueFrom, file)).toBe("v");
  });

  it("gives numbers and whole objects as text", async () => {
    expect(await resolve("/n", "/n: 12")).toBe("12");
    expect(await resolve(ARN, "db: { a: 1 }")).toBe('{"a":1}');
  });

  it.each([
    [
      "a parameter",
      "/no",
      "{}",
      "unable to retrieve secrets from ssm: service call has been retried 1 time(s): invalid ssm parameters: /no",
    ],
    [
      "a secret",
      ARN,
      "{}",
      `unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret ${ARN} from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret.`,
    ],
    [
      "another version than the file has",
      `${ARN}::AWSPREVIOUS:`,
      "db: v",
      `unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret ${ARN}::AWSPREVIOUS: from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret.`,
    ],
    [
      "a field",
      `${ARN}:no::`,
      "db: { a: canary }",
      "unable to retrieve secret from asm: service call has been retried 1 time(s): retrieved secret from Secrets Manager did not contain json key no",
    ],
    [
      "a field of a secret that is no JSON",
      `${ARN}:no::`,
      "db: canary",
      "unable to retrieve secret from asm: service call has been retried 1 time(s): retrieved secret from Secrets Manager did not contain json key no",
    ],
  ])("tells in ECS's words that %s is missing, and no value", async (_what, from, file, why) => {
    await expect(resolve(from, file)).rejects.toMatchObject({
      code: "LAUNCH_FAILED",
      message: `${FAILED}${why}`,
    });
  });

  it("says that no file was given", async () => {
    const containers = [{ name: "c", secrets: [{ name: "A", valueFrom: "/k" }] }];
    await expect(resolveSecrets(containers, NO_SECRETS)).rejects.toThrow(
      /invalid ssm parameters: \/k \(local Fargate was given no secretsFile/,
    );
  });

  it("reads the credentials of a registry, and looks for those of a log driver", async () => {
    const repositoryCredentials = { credentialsParameter: ARN };
    const source = sourceOf("db: { username: u, password: p }");
    const found = await resolveSecrets([{ name: "c", repositoryCredentials }], source);
    const expected: ContainerSecrets = {
      variables: {},
      credentials: { username: "u", password: "p" },
    };
    expect(found.get("c")).toEqual(expected);
    const secretOptions = [{ name: "splunk-token", valueFrom: "/token" }];
    const logConfiguration = { logDriver: "splunk", secretOptions };
    await expect(resolveSecrets([{ name: "c", logConfiguration }], source)).rejects.toThrow(
      "invalid ssm parameters: /token",
    );
  });

  it("reads no file for a task without secrets", async () => {
    const source = { read: () => Promise.reject(new Error("read")) };
    expect(await resolveSecrets([{ name: "c" }], source)).toEqual(new Map());
  });
});

describe("openSecretsFile", () => {
  it("warns where others can read it, and reads it anew each time", async () => {
    await withTempDir(async (folder) => {
      const path = join(folder, "secrets.yaml");
      await writeFile(path, "/k: one", { mode: 0o600 });
      const lines: string[] = [];
      const source = await openSecretsFile(path, (line) => lines.push(line));
      expect(lines).toEqual([]);
      await writeFile(path, "/k: two");
      expect((await source.read())?.get("/k")).toBe("two");
      await chmod(path, 0o644);
      await openSecretsFile(path, (line) => lines.push(line));
      expect(lines).toEqual([expect.stringMatching(/mode 644.*chmod 600/)]);
    });
  });

  it.each([
    ["what is no YAML", "a: 'canary\nb: [", /no YAML or JSON \(line \d+\)/],
    ["a list", "- canary", /no object of names and values/],
  ])("refuses %s without showing it", async (_what, text, message) => {
    await withTempDir(async (folder) => {
      const path = join(folder, "secrets.yaml");
      await writeFile(path, text, { mode: 0o600 });
      const error: Error = await openSecretsFile(path, () => {}).then(
        () => new Error("accepted"),
        (thrown) => thrown,
      );
      expect(error).toMatchObject({ code: "INVALID_ARGUMENT" });
      expect(error.message).toMatch(message);
      expect(JSON.stringify([error, error.message, error.cause])).not.toContain("canary");
    });
  });

  it("refuses a file that is not there", async () => {
    await expect(openSecretsFile("/no/such/file", () => {})).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      details: { path: "secretsFile", given: "/no/such/file" },
    });
  });
});
