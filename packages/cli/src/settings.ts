import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import {
  isPlainObject,
  messageOf,
  nearest,
  SETTING_PREFIX,
  type SlipwayError,
} from "@slipway/core";
import { invalidArgument } from "./invalid-argument.ts";

/** What the command line's commands read; flags win over it. */
export interface Settings {
  /** Slipway's data folder. */
  readonly home: string;
  readonly graphql: string;
  readonly apiKey: string | undefined;
  readonly resultsDirectory: string | undefined;
  readonly serverHost: string;
  readonly serverPort: number | undefined;
  readonly databaseUrl: string | undefined;
  readonly serverApiKey: string | undefined;
  readonly serverApiKeyFile: string | undefined;
  readonly agentName: string | undefined;
  readonly agentLabels: readonly string[];
  readonly containerApiUrl: string | undefined;
  readonly ecsEndpoint: string | undefined;
  readonly flowRunId: string | undefined;
  /** Prices in the place of the table that comes along. */
  readonly pricesFile: string | undefined;
  readonly fargatePort: number | undefined;
  readonly fargateDriver: string;
  readonly fargateScript: string | undefined;
  readonly fargateSecretsFile: string | undefined;
  readonly dockerHost: string | undefined;
  readonly color: boolean;
  /** The environment that processes of flows start with. */
  readonly environment: NodeJS.ProcessEnv;
}

export const DEFAULT_GRAPHQL = "http://127.0.0.1:4200/graphql";

/** Every setting: `section.key` in `slipway.toml`, `SLIPWAY__SECTION__KEY` in the environment. */
const SETTING_NAMES = [
  "home",
  "cloud.graphql",
  "cloud.api_key",
  "results.directory",
  "server.host",
  "server.port",
  "server.database_url",
  "server.api_key",
  "server.api_key_file",
  "agent.name",
  "agent.labels",
  "agent.container_api_url",
  "agent.ecs_endpoint",
  "agent.prices_file",
  "context.flow_run_id",
  "fargate_local.port",
  "fargate_local.driver",
  "fargate_local.script",
  "fargate_local.secrets_file",
  "fargate_local.docker_host",
] as const;

type SettingName = (typeof SETTING_NAMES)[number];

interface Given {
  readonly text: string;
  /** Where it was given, for messages. */
  readonly where: string;
  /** What a relative path in it is relative to. */
  readonly folder: string;
}

type Lookup = (name: SettingName) => Given | undefined;

/**
 * The AWS SDK warns on every start that it will ask for a newer Node.js some day. That is for those
 * who choose its version, which is not who runs the command.
 */
export function silenceSdkNotice(env = process.env): void {
  env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
}

/** Reads the environment, then `slipway.toml` of the folder or the nearest one above it. Throws `INVALID_ARGUMENT`. */
export async function readSettings(cwd: string, env = process.env): Promise<Settings> {
  const file = findSettingsFile(cwd);
  const fromFile = file ? await readSettingsFile(file) : new Map<SettingName, Given>();
  const given: Lookup = (name) => {
    const variable = SETTING_PREFIX + name.toUpperCase().replace(".", "__");
    const text = env[variable];
    return text ? { text, where: variable, folder: cwd } : fromFile.get(name);
  };
  return Object.freeze(toSettings(given, env));
}

function toSettings(given: Lookup, env: NodeJS.ProcessEnv): Settings {
  const results = path(given("results.directory"));
  const home = path(given("home"));
  return {
    home: home ?? join(homedir(), ".slipway"),
    graphql: url(given("cloud.graphql")) ?? DEFAULT_GRAPHQL,
    apiKey: given("cloud.api_key")?.text,
    resultsDirectory: results,
    serverHost: given("server.host")?.text ?? "127.0.0.1",
    serverPort: port(given("server.port")),
    databaseUrl: given("server.database_url")?.text,
    serverApiKey: given("server.api_key")?.text,
    serverApiKeyFile: path(given("server.api_key_file")),
    agentName: given("agent.name")?.text,
    agentLabels: given("agent.labels")?.text.split(",").filter(Boolean) ?? [],
    containerApiUrl: url(given("agent.container_api_url")),
    ecsEndpoint: url(given("agent.ecs_endpoint")),
    flowRunId: given("context.flow_run_id")?.text,
    pricesFile: path(given("agent.prices_file")),
    fargatePort: port(given("fargate_local.port")),
    fargateDriver: given("fargate_local.driver")?.text ?? "auto",
    fargateScript: path(given("fargate_local.script")),
    fargateSecretsFile: path(given("fargate_local.secrets_file")),
    dockerHost: given("fargate_local.docker_host")?.text ?? env["DOCKER_HOST"],
    color: !env["NO_COLOR"] && env["TERM"] !== "dumb",
    // As paths, since a flow's process knows no settings file and may work in another folder.
    environment: {
      ...env,
      ...(home && { SLIPWAY__HOME: home }),
      ...(results && { SLIPWAY__RESULTS__DIRECTORY: results }),
    },
  };
}

function findSettingsFile(folder: string): string | undefined {
  const file = join(folder, "slipway.toml");
  if (existsSync(file)) return file;
  const parent = dirname(folder);
  return parent === folder ? undefined : findSettingsFile(parent);
}

async function readSettingsFile(file: string): Promise<ReadonlyMap<SettingName, Given>> {
  const settings = new Map<SettingName, Given>();
  for (const [name, value] of flatten(await parseToml(file))) {
    const where = `${file}: ${name}`;
    settings.set(toSettingName(name, where), {
      text: toText(value, where),
      where,
      folder: dirname(file),
    });
  }
  return settings;
}

async function parseToml(file: string): Promise<Record<string, unknown>> {
  const { parse } = await import("smol-toml");
  try {
    return parse(readFileSync(file, "utf8"));
  } catch (cause) {
    const reason = messageOf(cause).split("\n")[0] ?? "";
    throw invalidArgument(`${file} cannot be read as TOML: ${reason}`, { path: file }, cause);
  }
}

function flatten(table: Record<string, unknown>): readonly (readonly [string, unknown])[] {
  return Object.entries(table).flatMap(([name, value]) =>
    isPlainObject(value)
      ? Object.entries(value).map(([key, item]) => [`${name}.${key}`, item] as const)
      : [[name, value] as const],
  );
}

function toSettingName(name: string, where: string): SettingName {
  const known = SETTING_NAMES.find((candidate) => candidate === name);
  if (known) return known;
  const near = nearest(name, SETTING_NAMES);
  const question = near ? `; did you mean ${near}?` : "";
  throw invalidArgument(`There is no setting ${name} (${where})${question}`, {
    path: where,
    given: name,
    accepted: SETTING_NAMES,
  });
}

function toText(value: unknown, where: string): string {
  if (Array.isArray(value)) return value.map((item: unknown) => toText(item, where)).join(",");
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw refuse({ text: String(value), where, folder: "" }, "a text or a number");
}

function path(given: Given | undefined): string | undefined {
  return given && resolve(given.folder, given.text);
}

function port(given: Given | undefined): number | undefined {
  return given && parsePort(given.text, given.where);
}

/** Reads a TCP port. Throws `INVALID_ARGUMENT`, naming where it was given. */
export function parsePort(text: string, where: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= 65_535) return number;
  throw refuse({ text, where, folder: "" }, "a port from 0 to 65535");
}

function url(given: Given | undefined): string | undefined {
  return given && parseUrl(given.text, given.where);
}

/** Reads an http(s) address. Throws `INVALID_ARGUMENT`, naming where it was given. */
export function parseUrl(text: string, where: string): string {
  if (/^https?:\/\/[^/]+/.test(text) && URL.canParse(text)) return text;
  throw refuse({ text, where, folder: "" }, "an address such as http://127.0.0.1:4200/graphql");
}

function refuse({ text, where }: Given, accepted: string): SlipwayError {
  return invalidArgument(`${where} is ${JSON.stringify(text)}, which is not ${accepted}`, {
    path: where,
    given: text,
    accepted,
  });
}
