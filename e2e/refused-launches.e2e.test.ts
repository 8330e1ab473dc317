import { join } from "node:path";
import {
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  ListTasksCommand,
} from "@aws-sdk/client-ecs";
import { createClient } from "@slipway/client";
import { waitFor } from "@slipway/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FLOWS, runCli, type Stack, startStack } from "./harness.ts";

/** What AWS refuses for good, as it words it, with the cause that the run is to name and the mend. */
const REFUSALS = [
  {
    family: "expired",
    exception: "ExpiredTokenException",
    message: "The security token included in the request is expired",
    cause: "CredentialsInvalid",
    mend: /credentials/,
  },
  {
    family: "no-rights",
    exception: "AccessDeniedException",
    message:
      "User: arn:aws:iam::123456789012:user/agent is not authorized to perform: ecs:RunTask on resource: *",
    cause: "AccessDenied",
    mend: /allow the action/,
  },
  {
    family: "no-subnet",
    exception: "InvalidParameterException",
    message:
      "Error retrieving subnet information for [subnet-0a1b2c3d]: The subnet ID 'subnet-0a1b2c3d' does not exist (ErrorCode: InvalidSubnetID.NotFound)",
    cause: "SubnetNotFound",
    mend: /subnet/,
  },
  {
    family: "no-cluster",
    exception: "ClusterNotFoundException",
    message: "Cluster not found.",
    cause: "ClusterNotFound",
    mend: /create the cluster/,
  },
] as const;

const failures = REFUSALS.map(({ family, exception, message }) => ({
  operation: "RunTask",
  family,
  every: 1,
  answer: { error: { exception, message } },
}));

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ driver: "process", script: { failures } });
  await stack.startAgent();
});
afterAll(() => stack.close());

const client = () => createClient({ url: `${stack.api.url}/graphql` });

const ecs = () =>
  new ECSClient({
    endpoint: stack.ecs.url,
    region: "eu-west-1",
    credentials: { accessKeyId: "AKIDLOCAL", secretAccessKey: "local" },
  });

function callsFor(flowRunId: string): number {
  return stack.ecs.requests.filter(
    ({ headers, body }) =>
      String(headers["x-amz-target"]).endsWith(".RunTask") && body.includes(flowRunId),
  ).length;
}

async function ended(id: string) {
  return waitFor(
    async () => {
      const run = await client().flowRun(id);
      // The attempts are read after the run, which may still be what it was a moment before.
      const over = run?.endTime != null && run.attempts.at(-1)?.endedAt != null;
      return over ? run : undefined;
    },
    { timeoutMs: 40_000 },
  );
}

async function launch(family: string) {
  const env = { ...stack.env, TEST_FAMILY: family };
  const registered = await runCli(["register", join(FLOWS, "doomed.ts")], env);
  if (registered.code !== 0) throw new Error(registered.stderr);
  return (await client().createFlowRun({ project: "default", flow: "doomed" })).id;
}

describe("a launch that AWS refuses for good", () => {
  it.each(REFUSALS)(
    "ends the run Failed in one call with the mend: $family",
    async ({ family, cause, exception, mend }) => {
      const id = await launch(family);
      const run = await ended(id);
      expect(run.state).toMatchObject({ type: "Failed", cause });
      expect(String(run.state.message)).toContain(exception);
      expect(String(run.state.message)).toMatch(mend);
      expect(callsFor(id)).toBe(1);
      const { taskArns } = await ecs().send(new ListTasksCommand({ family }));
      expect(taskArns).toEqual([]);
    },
  );
});

describe("a definition that somebody deregistered in between", () => {
  it("is registered again, once, and the run goes on", async () => {
    await stack.cli("register", join(FLOWS, "quick.ts"));
    const first = await client().createFlowRun({ project: "default", flow: "quick" });
    expect((await ended(first.id)).stateType).toBe("Success");
    const { taskDefinition } = await ecs().send(
      new DescribeTaskDefinitionCommand({ taskDefinition: "quick" }),
    );
    const { taskDefinitionArn } = taskDefinition ?? {};
    await ecs().send(new DeregisterTaskDefinitionCommand({ taskDefinition: taskDefinitionArn }));
    const second = await client().createFlowRun({ project: "default", flow: "quick" });
    expect((await ended(second.id)).stateType).toBe("Success");
    expect(callsFor(second.id)).toBe(2);
  });
});

describe("an agent without what AWS needs", () => {
  it.each([
    ["a region", "RegionMissing", { AWS_REGION: undefined }],
    [
      "credentials",
      "CredentialsMissing",
      { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined },
    ],
  ])("ends the run Failed and says that there is no %s", async (what, cause, without) => {
    const own = await startStack({
      driver: "process",
      env: {
        ...without,
        // Nothing of this machine's is to be found in its place.
        AWS_EC2_METADATA_DISABLED: "true",
        AWS_CONFIG_FILE: "/nonexistent",
        AWS_SHARED_CREDENTIALS_FILE: "/nonexistent",
      },
    });
    try {
      await own.startAgent();
      await own.cli("register", join(FLOWS, "quick.ts"));
      const run = await own.cli("flow-runs", "create", "quick", "--watch", "--json");
      expect(run.code).toBe(1);
      const last = JSON.parse(run.stdout.trim().split("\n").at(-1) ?? "null");
      expect(last.state).toMatchObject({ type: "Failed", cause });
      expect(last.state.message.toLowerCase()).toContain(what.replace("a ", ""));
    } finally {
      await own.close();
    }
  });
});
