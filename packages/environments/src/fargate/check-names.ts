import { isPlainObject, nearest } from "@slipway/core";
import { GROUPS, type Group } from "./fargate-arguments.ts";
import { fargateInvalid } from "./fargate-invalid.ts";
import { CLIENT_ALIASES, CLIENT_FIELDS } from "./fields.ts";
import { DEFINITION_FIELDS, RUN_FIELDS } from "./shapes/call-shapes.ts";

/** Arguments that are Slipway's own. */
const OWN_FIELDS = ["labels", "onInfrastructureFailure", "stopGrace"];

const ACCEPTED: readonly string[] = [
  ...new Set([
    ...Object.keys(DEFINITION_FIELDS),
    ...Object.keys(RUN_FIELDS),
    ...Object.keys(CLIENT_ALIASES),
    ...Object.entries(CLIENT_FIELDS).flatMap(([name, kind]) => (kind === "data" ? [name] : [])),
    ...Object.keys(GROUPS),
    ...OWN_FIELDS,
  ]),
];

const OPERATIONS: Readonly<Record<Group, string>> = {
  registerTaskDefinition: "RegisterTaskDefinition",
  runTask: "RunTask",
};

/** Refuses names that neither AWS nor Slipway has, with the nearest that there is. Throws `ENVIRONMENT_INVALID`. */
export function checkNames(given: Readonly<Record<string, unknown>>): void {
  for (const name of Object.keys(given)) checkName(name);
  for (const group of ["registerTaskDefinition", "runTask"] as const) {
    const fields = given[group];
    if (fields === undefined) continue;
    if (!isPlainObject(fields)) {
      throw fargateInvalid({
        path: group,
        problem: `must be an object with fields of ${OPERATIONS[group]}`,
        accepted: "an object",
      });
    }
    for (const name of Object.keys(fields)) checkField(name, group);
  }
}

function checkName(name: string): void {
  if (ACCEPTED.includes(name)) return;
  if (Object.hasOwn(CLIENT_FIELDS, name)) {
    throw fargateInvalid({
      path: name,
      problem:
        "takes code, which cannot be stored in the flow's image; configure it where the agent runs",
      given: name,
    });
  }
  const near = nearest(name, ACCEPTED);
  throw fargateInvalid({
    path: name,
    problem: `is no argument of the ECS client, RegisterTaskDefinition or RunTask${near ? `; did you mean \`${near}\`?` : "; see the names in AWS's API reference"}`,
    given: name,
    accepted: near ?? ACCEPTED,
  });
}

function checkField(name: string, group: Group): void {
  const fields = GROUPS[group];
  if (Object.hasOwn(fields, name)) return;
  const other: Group = group === "runTask" ? "registerTaskDefinition" : "runTask";
  const near = nearest(name, Object.keys(fields));
  const mend = Object.hasOwn(GROUPS[other], name)
    ? `; it is one of ${OPERATIONS[other]}, so give it flat or in \`${other}\``
    : near
      ? `; did you mean \`${near}\`?`
      : "";
  throw fargateInvalid({
    path: `${group}.${name}`,
    problem: `is no field of ${OPERATIONS[group]}${mend}`,
    given: name,
    accepted: near ?? Object.keys(fields),
  });
}
