import { describe, expect, it } from "vitest";
import { fargateNotices } from "./notices.ts";

const BASE = {
  networkMode: "awsvpc",
  cpu: "256",
  memory: "512",
  executionRoleArn: "execution",
  networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"] } },
};
const noticesOf = (given: object, base: object = BASE) =>
  fargateNotices(JSON.parse(JSON.stringify({ ...base, ...given })));
const flow = (container: object) => ({ containerDefinitions: [{ name: "main", ...container }] });
const at = (rest: string) => `containerDefinitions[0].${rest}`;
const overridden = (environment: object[]) => ({
  overrides: { containerOverrides: [{ name: "main", environment }] },
});
const variable = (name: string, value = "value") => ({ name, value });

describe("notices at registration", () => {
  it.each([
    {
      given: { credentials: { accessKeyId: "AKID", secretAccessKey: "s" } },
      path: "credentials",
      says: /agent's own role/,
    },
    { given: { awsSecretAccessKey: "s" }, path: "awsSecretAccessKey", says: /`taskRoleArn`/ },
    { given: flow({ image: "busybox" }), path: at("image"), says: /the flow's image/ },
    { given: flow({ command: ["x"] }), path: at("command"), says: /runs the flow/ },
    { given: flow({ entryPoint: ["sh"] }), path: at("entryPoint"), says: /taken out/ },
    {
      given: flow({ environment: [variable("SLIPWAY__CLOUD__GRAPHQL")] }),
      path: at("environment[0]"),
      says: /is replaced/,
    },
    {
      given: flow({ secrets: [{ name: "SLIPWAY__CLOUD__AUTH_TOKEN" }] }),
      path: at("secrets[0]"),
      says: /is replaced/,
    },
    {
      given: { ...flow({}), ...overridden([variable("SLIPWAY__CONTEXT__IMAGE")]) },
      path: "overrides.containerOverrides[0].environment[0]",
      says: /is replaced/,
    },
    {
      given: flow({ environment: [variable("A"), variable("DB_PASSWORD")] }),
      path: at("environment[1]"),
      says: /`secrets`/,
    },
    {
      given: flow({ environment: [variable("githubToken")] }),
      path: at("environment[0]"),
      says: /in the open/,
    },
    {
      given: { containerDefinitions: [{}, { name: "side", environment: [variable("API_KEY")] }] },
      path: "containerDefinitions[1].environment[0]",
      says: /API_KEY/,
    },
    {
      given: { ...flow({}), ...overridden([variable("CLIENT_SECRET")]) },
      path: "overrides.containerOverrides[0].environment[0]",
      says: /CLIENT_SECRET/,
    },
    { given: { clientToken: "mine" }, path: "clientToken", says: /beginning/ },
    {
      given: { onInfrastructureFailure: { spot: { retries: 1, then: "on-demand" } } },
      path: "onInfrastructureFailure.spot",
      says: /nothing to do/,
    },
    { given: { placementConstraints: [] }, path: "placementConstraints", says: /not in Fargate/ },
    {
      given: { runTask: { placementStrategy: [] } },
      path: "runTask.placementStrategy",
      says: /not in Fargate/,
    },
    {
      given: { volumes: [{ name: "a", host: { sourcePath: "/a" } }] },
      path: "volumes[0].host.sourcePath",
      says: /not in Fargate/,
    },
    { given: flow({ privileged: true }), path: at("privileged"), says: /launchType "EC2"/ },
  ])("$path: $says", ({ given, path, says }) => {
    expect(noticesOf(given)).toContainEqual({ path, message: expect.stringMatching(says) });
  });

  it("say what is missing for Fargate", () => {
    const paths = noticesOf({}, {}).map(({ path }) => path);
    expect(paths).toEqual([
      "networkMode",
      "cpu",
      "memory",
      "networkConfiguration",
      "executionRoleArn",
      "containerDefinitions",
    ]);
    expect(noticesOf({ launchType: "EC2" }, {}).map(({ path }) => path)).toEqual([
      "containerDefinitions",
    ]);
    expect(noticesOf({ taskDefinition: "own:3" }, {}).map(({ path }) => path)).toEqual([
      "networkConfiguration",
    ]);
  });

  it("say what RunTask cannot override", () => {
    const [notice, ...others] = noticesOf(
      flow({ secrets: [], memory: 100, command: [], essential: true }),
    );
    expect(others).toEqual([]);
    expect(notice?.message).toMatch(
      /cannot override networkMode, containerDefinitions\[0\]\.name, containerDefinitions\[0\]\.secrets, containerDefinitions\[0\]\.essential$/,
    );
  });

  it("never say a value", () => {
    const given = {
      credentials: { accessKeyId: "AKIDCANARY", secretAccessKey: "c4n4ry" },
      ...flow({ environment: [variable("DB_PASSWORD", "c4n4ry")], command: ["c4n4ry"] }),
    };
    expect(JSON.stringify(noticesOf(given))).not.toMatch(/c4n4ry|CANARY/);
  });

  it.each([
    variable("MONKEY"),
    variable("KEYBOARD"),
    variable("TOKENS_PER_MINUTE_LIMIT"),
    variable("SECRET_ARN", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a"),
    variable("PASSWORD", ""),
  ])("leave $name alone", (entry) => {
    const paths = noticesOf(flow({ environment: [entry] })).map(({ path }) => path);
    expect(paths).toEqual(["containerDefinitions"]);
  });
});
