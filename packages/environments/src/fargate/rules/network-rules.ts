import type { Json, JsonObject } from "@slipway/core";
import { isObject, objectsOf } from "../../plain-read.ts";
import { fargateInvalid } from "../fargate-invalid.ts";
import { isMeantForFargate } from "../target.ts";
import { SECURITY_GROUP, SUBNET } from "./character-sets.ts";
import {
  type CharacterSet,
  containersOf,
  type FargateSubject,
  requireText,
  waysOf,
} from "./subject.ts";

const MOST_SUBNETS = 16;
const MOST_SECURITY_GROUPS = 5;
const MOST_PORT = 65_535;

/** The network that Fargate has, and what `awsvpc` asks for. */
export function checkNetwork(subject: FargateSubject): void {
  const { definition, path } = subject;
  const { networkMode } = definition;
  if (networkMode !== undefined && networkMode !== "awsvpc" && isMeantForFargate(subject)) {
    throw fargateInvalid({
      path: path("registerTaskDefinition", "networkMode"),
      problem: `is ${JSON.stringify(networkMode)}, and Fargate has "awsvpc" alone; give that, or launchType "EC2"`,
      given: networkMode,
      accepted: "awsvpc",
    });
  }
  for (const { run, at } of waysOf(subject)) {
    checkConfiguration(run["networkConfiguration"], at("networkConfiguration"));
  }
}

function checkConfiguration(given: Json | undefined, path: string): void {
  if (!isObject(given)) return;
  const vpc = given["awsvpcConfiguration"];
  if (!isObject(vpc)) {
    throw fargateInvalid({
      path: `${path}.awsvpcConfiguration`,
      problem: "is missing; give it with the `subnets` that the task may run in",
      accepted: "{ subnets: [\u2026] }",
    });
  }
  const at = `${path}.awsvpcConfiguration`;
  checkIds(vpc["subnets"] ?? [], `${at}.subnets`, SUBNET, [1, MOST_SUBNETS]);
  checkIds(vpc["securityGroups"] ?? [], `${at}.securityGroups`, SECURITY_GROUP, [
    0,
    MOST_SECURITY_GROUPS,
  ]);
}

function checkIds(
  given: Json,
  path: string,
  set: CharacterSet,
  [least, most]: readonly [number, number],
): void {
  const ids = Array.isArray(given) ? given : [];
  if (ids.length < least || ids.length > most) {
    throw fargateInvalid({
      path,
      problem: `has ${ids.length} entries; give ${least} to ${most}`,
      given: ids.length,
      accepted: `${least} to ${most}`,
    });
  }
  for (const [index, id] of ids.entries()) requireText(id, `${path}[${index}]`, set);
}

/** Ports of containers: in range, and the same inside and outside where the task has a network of its own. */
export function checkPorts(subject: FargateSubject): void {
  const { networkMode } = subject.definition;
  const own = networkMode === "awsvpc" || (networkMode === undefined && isMeantForFargate(subject));
  for (const { container, path } of containersOf(subject)) {
    for (const [index, mapping] of objectsOf(container["portMappings"]).entries()) {
      checkMapping(mapping, `${path}.portMappings[${index}]`, own || networkMode === "host");
    }
  }
}

function checkMapping(mapping: JsonObject, path: string, same: boolean): void {
  const { containerPort, hostPort } = mapping;
  checkPort(containerPort, `${path}.containerPort`, 1);
  checkPort(hostPort, `${path}.hostPort`, same ? 1 : 0);
  if (!same || hostPort === undefined || hostPort === containerPort) return;
  throw fargateInvalid({
    path: `${path}.hostPort`,
    problem: `is ${JSON.stringify(hostPort)} and differs from containerPort ${JSON.stringify(containerPort)}; in this network mode they are the same, so leave hostPort out`,
    given: hostPort,
    accepted: containerPort ?? "the same as containerPort",
  });
}

function checkPort(given: Json | undefined, path: string, least: number): void {
  if (given === undefined) return;
  const port = Number(given);
  if (Number.isInteger(port) && port >= least && port <= MOST_PORT) return;
  throw fargateInvalid({
    path,
    problem: `is ${JSON.stringify(given)}; ports go from ${least} to ${MOST_PORT}`,
    given,
    accepted: `${least} to ${MOST_PORT}`,
  });
}
