import { FargateTaskEnvironment, type FargateTaskEnvironmentOptions } from "@slipway/environments";
import { type Check, doctorAws } from "@slipway/environments/launch";
import { afterEach, describe, expect, it } from "vitest";
import { type AnsweringServer, type Answers, refusal, startAnswering } from "./ecs-answers.ts";
import { CREDENTIALS } from "./launching.ts";

const servers: AnsweringServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const ROLE = "arn:aws:iam::111122223333:role/flows/task";

const identity = (arn: string) => ({
  xml: `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>${arn}</Arn><UserId>x</UserId><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
});

const simulated = (decision: string) => ({
  xml: `<SimulatePrincipalPolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><SimulatePrincipalPolicyResult><IsTruncated>false</IsTruncated><EvaluationResults><member><EvalActionName>iam:PassRole</EvalActionName><EvalDecision>${decision}</EvalDecision></member></EvaluationResults></SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>`,
});

/** An account with all rights, in which AWS refuses what it should refuse. */
const GRANTED: Answers = {
  GetCallerIdentity: identity("arn:aws:sts::111122223333:assumed-role/agent/session"),
  SimulatePrincipalPolicy: simulated("allowed"),
  DescribeClusters: {
    body: { clusters: [{ status: "ACTIVE", capacityProviders: ["FARGATE", "FARGATE_SPOT"] }] },
  },
  DescribeTaskDefinition: refusal("ClientException", "Unable to describe task definition."),
  RegisterTaskDefinition: refusal("ClientException", "Container list cannot be empty."),
  RunTask: refusal("ClientException", "TaskDefinition not found."),
  ListTasks: { body: { taskArns: [] } },
  DescribeTasks: { body: { tasks: [], failures: [{ arn: "x", reason: "MISSING" }] } },
  StopTask: refusal("InvalidParameterException", "The referenced task was not found."),
  GetLogEvents: refusal("ResourceNotFoundException", "The specified log stream does not exist."),
};

const awslogs = (more: Record<string, string> = {}) => ({
  logDriver: "awslogs" as const,
  options: {
    "awslogs-group": "/flows",
    "awslogs-region": "eu-west-1",
    "awslogs-stream-prefix": "runs",
    ...more,
  },
});

async function examined(answers: Answers = {}, more: FargateTaskEnvironmentOptions = {}) {
  const server = await startAnswering({ ...GRANTED, ...answers });
  servers.push(server);
  const environment = new FargateTaskEnvironment({
    cpu: "256",
    memory: "512",
    cluster: "flows",
    taskRoleArn: ROLE,
    executionRoleArn: ROLE,
    containerDefinitions: [{ name: "main", logConfiguration: awslogs() }],
    ...more,
  });
  const defaults = { endpoint: server.url, region: "eu-west-1", credentials: CREDENTIALS };
  const checks = await doctorAws(environment.serialize(), defaults, { flowName: "weather" });
  const of = (action: string): Check | undefined => checks.find((check) => check.action === action);
  return { server, checks, of };
}

const denied = (action: string) =>
  refusal(
    "AccessDeniedException",
    `User: arn:aws:sts::111122223333:assumed-role/agent/session is not authorized to perform: ${action}`,
  );

describe("doctorAws", () => {
  it("proves each right, and creates nothing for it", async () => {
    const { checks, server } = await examined();
    expect(checks.map(({ action, ok }) => [action, ok])).toEqual([
      ["region and credentials", true],
      ["sts:GetCallerIdentity", true],
      ["iam:PassRole", true],
      ["ecs:DescribeClusters", true],
      ["ecs:DescribeTaskDefinition", true],
      ["ecs:RegisterTaskDefinition", true],
      ["ecs:RunTask", true],
      ["ecs:ListTasks", true],
      ["ecs:DescribeTasks", true],
      ["ecs:StopTask", true],
      ["logs:GetLogEvents", true],
    ]);
    expect(checks.filter(({ how, message }) => how === "" || message === "")).toEqual([]);
    const [register] = server.sent("RegisterTaskDefinition");
    const [run] = server.sent("RunTask");
    expect(register).toMatchObject({ family: "weather", containerDefinitions: [] });
    expect(run).toMatchObject({ cluster: "flows", taskDefinition: "weather:2147483647" });
    expect(server.sent("StopTask")).toMatchObject([{ cluster: "flows", task: "0".repeat(32) }]);
    expect(server.sent("DeregisterTaskDefinition")).toEqual([]);
    expect(server.sent("SimulatePrincipalPolicy")).toMatchObject([
      { PolicySourceArn: "arn:aws:iam::111122223333:role/agent", "ResourceArns.member.1": ROLE },
    ]);
  });

  it.each([
    ["DescribeClusters", "ecs:DescribeClusters"],
    ["DescribeTaskDefinition", "ecs:DescribeTaskDefinition"],
    ["RegisterTaskDefinition", "ecs:RegisterTaskDefinition"],
    ["RunTask", "ecs:RunTask"],
    ["ListTasks", "ecs:ListTasks"],
    ["DescribeTasks", "ecs:DescribeTasks"],
    ["StopTask", "ecs:StopTask"],
  ])("names the right that is missing: %s", async (operation, action) => {
    const { checks, of } = await examined({ [operation]: denied(action) });
    expect(of(action)).toMatchObject({
      ok: false,
      advice: expect.stringContaining(`allow ${action} on `),
      message: expect.stringContaining("is not authorized"),
    });
    expect(checks.filter(({ ok }) => ok === false)).toHaveLength(1);
  });

  it("says what is wrong with the cluster", async () => {
    const { of } = await examined({ DescribeClusters: { body: { clusters: [] } } });
    expect(of("ecs:DescribeClusters")).toMatchObject({
      ok: false,
      message: "cluster flows is not there",
    });
    const inactive = await examined({
      DescribeClusters: { body: { clusters: [{ status: "INACTIVE" }] } },
    });
    expect(inactive.of("ecs:DescribeClusters")).toMatchObject({ ok: false });
  });

  it("takes no other refusal for the one that proves a right", async () => {
    const { of } = await examined({
      RegisterTaskDefinition: refusal("OptInRequired", "The region is not enabled.", 403),
      RunTask: refusal("BlockedException", "Your account is currently blocked.", 403),
    });
    expect(of("ecs:RegisterTaskDefinition")).toMatchObject({ ok: false });
    expect(of("ecs:RunTask")).toMatchObject({ ok: false });
  });

  it("finds a capacity provider that the cluster does not have", async () => {
    const { of } = await examined(
      { DescribeClusters: { body: { clusters: [{ status: "ACTIVE", capacityProviders: [] }] } } },
      { capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }] },
    );
    expect(of("ecs:DescribeClusters")).toMatchObject({
      ok: false,
      message: expect.stringContaining("FARGATE_SPOT"),
      advice: expect.stringContaining("put-cluster-capacity-providers"),
    });
  });

  it("says that the role may not be passed, or that this could not be told", async () => {
    const refused = await examined({ SimulatePrincipalPolicy: simulated("implicitDeny") });
    expect(refused.of("iam:PassRole")).toMatchObject({ ok: false, resource: ROLE });
    const root = await examined({ GetCallerIdentity: identity("arn:aws:iam::111122223333:root") });
    expect(root.of("iam:PassRole")).toMatchObject({ ok: null });
    const elsewhere = await examined({
      GetCallerIdentity: { status: 404 },
      SimulatePrincipalPolicy: { status: 404 },
    });
    expect(elsewhere.of("sts:GetCallerIdentity")).toMatchObject({ ok: null });
    expect(elsewhere.of("iam:PassRole")).toMatchObject({ ok: null });
  });

  it("tells a log group that is missing from a right that is", async () => {
    const missing = refusal("ResourceNotFoundException", "The specified log group does not exist.");
    const { of } = await examined({ GetLogEvents: missing });
    expect(of("logs:GetLogEvents")).toMatchObject({
      ok: false,
      advice: expect.stringContaining("awslogs-create-group"),
    });
    const made = await examined(
      { GetLogEvents: missing },
      {
        containerDefinitions: [
          { name: "main", logConfiguration: awslogs({ "awslogs-create-group": "true" }) },
        ],
      },
    );
    expect(made.of("logs:GetLogEvents")).toMatchObject({ ok: true });
    const none = await examined({}, { containerDefinitions: [{ name: "main" }] });
    expect(none.of("logs:GetLogEvents")).toMatchObject({ ok: null });
    expect(none.server.sent("GetLogEvents")).toEqual([]);
  });

  it("clears away what an endpoint takes that AWS would refuse", async () => {
    const arn = "arn:aws:ecs:eu-west-1:111122223333:task-definition/weather:9";
    const { server, of } = await examined({
      RegisterTaskDefinition: { body: { taskDefinition: { taskDefinitionArn: arn } } },
      DeregisterTaskDefinition: { body: {} },
    });
    expect(of("ecs:RegisterTaskDefinition")).toMatchObject({ ok: true });
    expect(server.sent("DeregisterTaskDefinition")).toEqual([{ taskDefinition: arn }]);
  });

  it("does not try to register where the definition is the author's own", async () => {
    const environment = new FargateTaskEnvironment({ taskDefinition: "own:3" });
    const server = await startAnswering(GRANTED);
    servers.push(server);
    const defaults = { endpoint: server.url, region: "eu-west-1", credentials: CREDENTIALS };
    const checks = await doctorAws(environment.serialize(), defaults);
    expect(checks.map(({ action }) => action)).not.toContain("ecs:RegisterTaskDefinition");
    expect(server.sent("RegisterTaskDefinition")).toEqual([]);
  });

  it("says one thing where nothing answers, or no region is known", async () => {
    const down = new FargateTaskEnvironment({
      endpoint: "http://127.0.0.1:9",
      region: "eu-west-1",
    });
    const checks = await doctorAws(down.serialize(), { credentials: CREDENTIALS });
    expect(checks.find(({ action }) => action === "ecs:ListTasks")).toMatchObject({
      ok: false,
      message: expect.stringContaining("127.0.0.1:9"),
    });
  });

  it("lets no credential out, even where AWS quotes it", async () => {
    const { checks } = await examined({
      ListTasks: refusal("AccessDeniedException", `signed with ${CREDENTIALS.secretAccessKey}`),
    });
    expect(JSON.stringify(checks)).not.toContain(CREDENTIALS.secretAccessKey);
  });
});
