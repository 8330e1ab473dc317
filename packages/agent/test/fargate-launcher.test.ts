import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import {
  type EnvironmentLauncher,
  type Infrastructure,
  type LaunchRequest,
  type Observation,
  SlipwayError,
} from "@slipway/core";
import type { FargateTaskEnvironmentOptions } from "@slipway/environments";
import { createLauncher } from "@slipway/environments/launch";
import { type MemoryLedger, memoryLedger, waitFor } from "@slipway/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { containerWith, fargateEnvironment, type LocalEcs, startLocalEcs } from "./local-ecs.ts";
import { buildTestImage } from "./test-image.ts";

let ecs: LocalEcs;
let image: string;
/** Shared within one test, as agents share the server's. */
let ledger: MemoryLedger;
beforeEach(() => {
  ledger = memoryLedger();
});
beforeAll(async () => {
  ecs = await startLocalEcs();
  image = await buildTestImage(ecs.folder, fargateEnvironment());
});
afterAll(() => ecs.close());

const launcherOf = (more: FargateTaskEnvironmentOptions, defaults: object = ecs.defaults) =>
  createLauncher(fargateEnvironment(more).serialize(), defaults);

const request = (more: Partial<LaunchRequest> = {}): LaunchRequest => ({
  installationId: "tests",
  flowName: "scripted",
  flowRunId: randomUUID(),
  attempt: 1,
  attemptId: randomUUID(),
  image,
  apiUrl: "none",
  bootstrapToken: "slb_a-token-of-one-attempt",
  earlier: [],
  variant: 0,
  ...more,
});

async function stopped(launcher: EnvironmentLauncher, infrastructure: Infrastructure) {
  let observation: Observation | undefined;
  await waitFor(
    async () => {
      observation = await launcher.observe(infrastructure);
      return observation.status === "stopped";
    },
    { timeoutMs: 20_000 },
  );
  if (observation?.status !== "stopped") throw new Error("unreachable");
  return observation.diagnosis;
}

async function refused(work: Promise<unknown>): Promise<SlipwayError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof SlipwayError) return error;
  throw new Error("It was not refused", { cause: error });
}

describe("setup", () => {
  it("registers a definition once for each content, also when many ask at the same time", async () => {
    const count = () => ecs.sent("RegisterTaskDefinition").length;
    const before = count();
    const launchers = await Promise.all(
      Array.from({ length: 8 }, () => launcherOf({ family: "once" })),
    );
    await Promise.all(launchers.map((launcher) => launcher.setup(request(), ledger)));
    expect(count() - before).toBe(1);
    await (await launcherOf({ family: "once" })).setup(request(), ledger);
    expect(count() - before).toBe(1);
    await (await launcherOf({ family: "once", memory: "1024" })).setup(request(), ledger);
    expect(count() - before).toBe(2);
  });

  it("registers nothing where the author names a fixed definition", async () => {
    const before = ecs.proxy.requests.length;
    const environment = {
      type: "FargateTaskEnvironment",
      version: 1,
      arguments: { taskDefinition: "own:3" },
    } as const;
    await (await createLauncher(environment, ecs.defaults)).setup(request(), ledger);
    expect(ecs.proxy.requests.length).toBe(before);
  });
});

describe("execute", () => {
  it("sends what was rendered, field for field", async () => {
    const launcher = await launcherOf({
      family: "as-rendered",
      containerDefinitions: containerWith({ GREETING: "hello" }),
      tags: [{ key: "team", value: "harbour" }],
      overrides: {
        containerOverrides: [{ name: "main", environment: [{ name: "A", value: "1" }] }],
      },
    });
    const one = request();
    await launcher.setup(one, ledger);
    const infrastructure = await launcher.execute(one, ledger);
    expect(launcher.render(one, infrastructure)).toEqual({
      RegisterTaskDefinition: ecs.sent("RegisterTaskDefinition").at(-1),
      RunTask: ecs.sent("RunTask").at(-1),
    });
    await stopped(launcher, infrastructure);
  });

  it("launches an attempt once, however often it is asked to", async () => {
    const launcher = await launcherOf({ family: "again" });
    const one = request();
    const [first, second] = [
      await launcher.execute(one, ledger),
      await launcher.execute(one, ledger),
    ];
    expect(second.id).toBe(first.id);
    expect((await launcher.execute({ ...one, attempt: 2 }, ledger)).id).not.toBe(first.id);
  });

  it("takes over what it launched before under another revision of its definition", async () => {
    const one = request();
    const first = await (await launcherOf({ family: "conflict" })).execute(one, ledger);
    const newer = await launcherOf({ family: "conflict", memory: "1024" });
    await newer.setup(request(), ledger);
    // A ledger that was lost makes it register anew.
    const last = await launcherOf({ family: "conflict" });
    const again = await last.execute(one, memoryLedger());
    expect(ecs.sent("RunTask").at(-1)).toMatchObject({ taskDefinition: "conflict:3" });
    expect(again).toMatchObject({ kind: "EcsTask", id: first.id, details: { revision: 1 } });
  });

  it("records nothing of the environment", async () => {
    const launcher = await launcherOf({ family: "unseen-family" });
    const text = JSON.stringify(await launcher.execute(request(), ledger));
    for (const word of ["unseen-family", "eu-west-1", "arn:", "default"]) {
      expect(text).not.toContain(word);
    }
    expect(JSON.parse(text)).toMatchObject({ kind: "EcsTask", details: { revision: 1 } });
  });
});

describe("find", () => {
  it("finds what an attempt launched, running or stopped, by its tag", async () => {
    const launcher = await launcherOf({
      family: "findable",
      containerDefinitions: containerWith({ TEST_SLEEP_MS: "1500" }),
    });
    const one = request();
    const { id } = await launcher.execute(one, ledger);
    expect(await launcher.find(one)).toMatchObject({
      kind: "EcsTask",
      id,
      details: { revision: 1 },
    });
    await stopped(launcher, { kind: "EcsTask", id, details: {} });
    expect(await launcher.find(one)).toMatchObject({ id });
    expect(await launcher.find(request())).toBeUndefined();
  });
});

describe("observe", () => {
  it("says how the container ended", async () => {
    const launcher = await launcherOf({
      family: "ends-with-3",
      containerDefinitions: containerWith({ TEST_EXIT_CODE: "3" }),
    });
    const diagnosis = await stopped(launcher, await launcher.execute(request(), ledger));
    expect(diagnosis).toMatchObject({
      cause: "EssentialContainerExited",
      message: expect.stringContaining("exited with code 3"),
      evidence: { containers: [{ name: "main", exitCode: 3 }] },
    });
  });

  it("takes a task that is unknown for lost, but not one that was launched a moment ago", async () => {
    const launcher = await launcherOf({});
    const unknown = (details: object) =>
      launcher.observe({
        kind: "EcsTask",
        id: "0123456789abcdef0123456789abcdef",
        details: { ...details },
      });
    expect(await unknown({})).toMatchObject({ status: "stopped", diagnosis: { cause: "Lost" } });
    expect(await unknown({ launchedAt: new Date().toISOString() })).toEqual({ status: "starting" });
  });

  it("takes a task whose cluster is gone for lost", async () => {
    const launcher = await launcherOf({ cluster: "gone" });
    const observed = await launcher.observe({ kind: "EcsTask", id: "0".repeat(32), details: {} });
    expect(observed).toMatchObject({
      status: "stopped",
      diagnosis: { cause: "Lost", message: expect.stringContaining("ClusterNotFoundException") },
    });
  });

  it("replaces arguments in what it says by where they stand", async () => {
    const launcher = await launcherOf({
      family: "quiet",
      containerDefinitions: [
        { ...containerWith({ TEST_EXIT_CODE: "1" })[0], name: "container-c4n4ry" },
      ],
    });
    const text = JSON.stringify(await stopped(launcher, await launcher.execute(request(), ledger)));
    expect(text).not.toContain("c4n4ry");
    expect(text).toContain("‹containerDefinitions[0].name›");
  });
});

describe("what ECS refuses", () => {
  it("is told in AWS's words, with what to do, for an unknown cluster", async () => {
    const launcher = await launcherOf({ cluster: "no-such-cluster" });
    const error = await refused(launcher.execute(request(), ledger));
    expect(error.code).toBe("CLOUD_REFUSED");
    expect(error.message).toMatch(/RunTask: ClusterNotFoundException: .*create the cluster/);
    expect(error.message).not.toContain("no-such-cluster");
  });

  it("names the endpoint that is down, wherever that was set", async () => {
    const down = { ...ecs.defaults, endpoint: "http://127.0.0.1:9" };
    const error = await refused((await launcherOf({}, down)).setup(request(), ledger));
    expect(error).toMatchObject({ code: "CLOUD_UNREACHABLE" });
    expect(error.message).toContain("127.0.0.1:9");
  });
});

/** An ECS that gives each operation a fixed answer, for answers that local Fargate never gives. */
async function withEcsThatAnswers<T>(
  answers: Readonly<Record<string, { status: number; body: object }>>,
  work: (endpoint: string, asked: readonly string[]) => Promise<T>,
): Promise<T> {
  const asked: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const operation = String(incoming.headers["x-amz-target"]).replace(/.*\./, "");
    asked.push(operation);
    const { status, body } = answers[operation] ?? { status: 500, body: {} };
    outgoing.writeHead(status, { "content-type": "application/x-amz-json-1.1" });
    outgoing.end(JSON.stringify(body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  try {
    return await work(
      `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
      asked,
    );
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe("an ECS account with other answers", () => {
  const known = {
    status: 200,
    body: { taskDefinition: { family: "f", revision: 4, status: "ACTIVE" }, tags: [] },
  };

  it("does not take a refusal for 'there is none': nothing is registered", () =>
    withEcsThatAnswers(
      {
        DescribeTaskDefinition: {
          status: 400,
          body: {
            __type: "AccessDeniedException",
            message: "User is not authorized to perform: ecs:DescribeTaskDefinition",
          },
        },
      },
      async (endpoint, asked) => {
        const launcher = await launcherOf({}, { ...ecs.defaults, endpoint });
        const error = await refused(launcher.setup(request(), ledger));
        expect(error).toMatchObject({
          code: "CLOUD_REFUSED",
          details: { exception: "AccessDeniedException" },
        });
        expect(error.message).toContain("allow the action");
        expect(asked).toEqual(["DescribeTaskDefinition"]);
      },
    ));

  it("tells the failures in RunTask's answer, which comes with status 200", () =>
    withEcsThatAnswers(
      {
        DescribeTaskDefinition: known,
        RegisterTaskDefinition: {
          status: 200,
          body: { taskDefinition: { family: "f", revision: 5 } },
        },
        RunTask: {
          status: 200,
          body: {
            tasks: [],
            failures: [{ arn: "arn:x", reason: "RESOURCE:MEMORY", detail: "too little left" }],
          },
        },
      },
      async (endpoint, asked) => {
        const launcher = await launcherOf({}, { ...ecs.defaults, endpoint });
        const error = await refused(launcher.execute(request(), ledger));
        expect(error.code).toBe("LAUNCH_FAILED");
        expect(error.message).toContain("RESOURCE:MEMORY (too little left)");
        expect(asked).toEqual(["DescribeTaskDefinition", "RegisterTaskDefinition", "RunTask"]);
      },
    ));

  it("lets no credential or token out, even where AWS quotes them", () => {
    const credentials = {
      accessKeyId: "AKIDQUOTED",
      secretAccessKey: "sEcReT-quoted",
      sessionToken: "session-quoted",
    };
    const words = `${Object.values(credentials).join(" ")} slb_a-token-of-one-attempt`;
    return withEcsThatAnswers(
      {
        DescribeTaskDefinition: known,
        RegisterTaskDefinition: {
          status: 200,
          body: { taskDefinition: { family: "f", revision: 5 } },
        },
        RunTask: { status: 400, body: { __type: "IncompleteSignatureException", message: words } },
      },
      async (endpoint) => {
        const launcher = await launcherOf({ credentials }, { endpoint, region: "eu-west-1" });
        const error = await refused(launcher.execute(request(), ledger));
        expect(error.details).toMatchObject({ exception: "IncompleteSignatureException" });
        const cause = error.cause instanceof Error ? error.cause : new Error("none");
        const all = [
          error.stack,
          cause.stack,
          JSON.stringify(error.details),
          JSON.stringify(cause),
        ].join();
        for (const secret of [...Object.values(credentials), "slb_a-token"])
          expect(all).not.toContain(secret);
      },
    );
  });
});
