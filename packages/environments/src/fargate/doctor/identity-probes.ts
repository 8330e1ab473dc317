import type { JsonObject } from "@slipway/core";
import { type Finding, notProven, type Probe } from "../../doctor/check.ts";
import { textOf } from "../../plain-read.ts";
import type { Scrubber } from "../../scrub.ts";
import type { CloudClients } from "../cloud-clients.ts";
import { type CloudCall, causeOf, cloudCall } from "../cloud-error.ts";

export interface IdentitySubject {
  readonly clients: CloudClients;
  readonly scrubber: Scrubber;
  /** What RegisterTaskDefinition would be sent. */
  readonly definition: JsonObject;
  /** What RunTask would be sent: its overrides may name other roles. */
  readonly overrides: JsonObject;
}

const CALLER = "asked who it is";

/** Who calls, and whether that identity may hand the task its roles. */
export function identityProbes(subject: IdentitySubject): readonly Probe[] {
  return [callerProbe(subject), ...rolesIn(subject).map((role) => passRoleProbe(subject, role))];
}

function callerProbe(subject: IdentitySubject): Probe {
  return {
    action: "sts:GetCallerIdentity",
    resource: "the credentials",
    how: CALLER,
    run: () =>
      orNotProven(subject, async () => {
        const { Account = "?", Arn = "?" } = await callerOf(subject);
        return { ok: true, message: `account ${Account}, ${Arn}` };
      }),
  };
}

function passRoleProbe(subject: IdentitySubject, role: string): Probe {
  return {
    action: "iam:PassRole",
    resource: role,
    how: "had IAM simulate the identity's policies (iam:SimulatePrincipalPolicy)",
    run: () => orNotProven(subject, () => simulated(subject, role)),
  };
}

async function simulated(subject: IdentitySubject, role: string): Promise<Finding> {
  const principal = principalOf((await callerOf(subject)).Arn ?? "");
  if (principal === undefined) {
    return notProven("this identity's policies cannot be simulated", ALLOW);
  }
  const { EvaluationResults = [] } = await cloudCall(
    callOf(subject, "IAM", "SimulatePrincipalPolicy"),
    async () => {
      const { sdk, client } = await subject.clients.iam();
      return client.send(
        new sdk.SimulatePrincipalPolicyCommand({
          PolicySourceArn: principal,
          ActionNames: ["iam:PassRole"],
          ResourceArns: [role],
          ContextEntries: [
            {
              ContextKeyName: "iam:PassedToService",
              ContextKeyType: "string",
              ContextKeyValues: ["ecs-tasks.amazonaws.com"],
            },
          ],
        }),
      );
    },
  );
  const decision = EvaluationResults[0]?.EvalDecision;
  if (decision === undefined) return notProven("IAM gave no decision", ALLOW);
  if (decision === "allowed") return { ok: true, message: "allowed" };
  return { ok: false, message: `IAM decides ${decision}`, advice: ALLOW };
}

const ALLOW = "see that iam:PassRole is allowed for the role";

/** IAM knows an assumed role by the role itself. The root user's rights are in no policy. */
function principalOf(arn: string): string | undefined {
  const assumed = /^arn:([^:]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(arn);
  if (assumed !== null) return `arn:${assumed[1]}:iam::${assumed[2]}:role/${assumed[3]}`;
  return /^arn:[^:]+:iam::\d+:(user|role)\//.test(arn) ? arn : undefined;
}

function callerOf(subject: IdentitySubject) {
  return cloudCall(callOf(subject, "STS", "GetCallerIdentity"), async () => {
    const { sdk, client } = await subject.clients.sts();
    return client.send(new sdk.GetCallerIdentityCommand({}));
  });
}

/** Rights that launching does not need are no fault where they are missing, nor is a service that an endpoint elsewhere lacks. */
async function orNotProven(subject: IdentitySubject, find: () => Promise<Finding>) {
  try {
    return await find();
  } catch (error) {
    const cause = causeOf(error);
    if (subject.clients.isElsewhere) return notProven("the endpoint does not have this service");
    if (cause === "CredentialsInvalid" || cause === "CredentialsMissing") throw error;
    return notProven(error instanceof Error ? error.message : String(error), ALLOW);
  }
}

function callOf(
  { clients, scrubber }: IdentitySubject,
  service: string,
  operation: string,
): CloudCall {
  return { service, operation, endpoint: clients.endpoint, scrubber };
}

function rolesIn({ definition, overrides }: IdentitySubject): readonly string[] {
  const roles = [definition, overrides].flatMap((holder) =>
    ["taskRoleArn", "executionRoleArn"].flatMap((name) => textOf(holder[name]) ?? []),
  );
  return [...new Set(roles)];
}
