import type { Infrastructure } from "@slipway/core";
import { afterEach, describe, expect, it } from "vitest";
import { type Answers, refusal } from "./ecs-answers.ts";
import { arnOf, type Launching, startLaunching, TASK_ID, taskOf } from "./launching.ts";

const opened: Launching[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function launching(...given: Parameters<typeof startLaunching>) {
  const started = await startLaunching(...given);
  opened.push(started);
  return started;
}

const launched = (id = TASK_ID, details = {}): Infrastructure => ({ kind: "EcsTask", id, details });

const describing = (task: object): Answers => ({ DescribeTasks: { body: { tasks: [task] } } });

const NOW = Math.floor(Date.now() / 1000);

describe("one look", () => {
  it.each([
    ["PROVISIONING", {}, "waits for capacity"],
    [
      "PROVISIONING",
      { capacityProviderName: "FARGATE_SPOT" },
      "waits for capacity of FARGATE_SPOT",
    ],
    [
      "PROVISIONING",
      { attachments: [{ type: "ElasticNetworkInterface", status: "PRECREATED" }] },
      "waits for a network interface",
    ],
    ["PENDING", { pullStartedAt: NOW }, "pulls the image"],
    ["PENDING", {}, "waits for the image to be pulled"],
    ["PENDING", { pullStartedAt: NOW, pullStoppedAt: NOW + 5 }, "starts the containers"],
    [
      "ACTIVATING",
      { attachments: [{ type: "ElasticNetworkInterface", status: "ATTACHED" }] },
      "starts the containers",
    ],
  ])("at a task that is %s with %j says that it %s", async (lastStatus, more, message) => {
    const { launcher } = await launching(
      describing(taskOf(1, { lastStatus, createdAt: NOW, ...more })),
    );
    expect(await launcher.observe(launched())).toMatchObject({ status: "starting", message });
  });

  it.each(["RUNNING", "DEACTIVATING", "STOPPING", "DEPROVISIONING"])(
    "takes a task that is %s for running",
    async (lastStatus) => {
      const { launcher } = await launching(describing(taskOf(1, { lastStatus, createdAt: NOW })));
      const { status, ...rest } = await launcher.observe(launched());
      expect(status).toBe("running");
      expect(rest).not.toHaveProperty("message");
    },
  );

  it("gives the time of each step that the task has reached", async () => {
    const { launcher } = await launching(
      describing(
        taskOf(1, {
          lastStatus: "STOPPED",
          createdAt: 1_790_000_000.5,
          pullStartedAt: 1_790_000_010,
          stoppedAt: 1_790_000_099,
        }),
      ),
    );
    const { timeline } = await launcher.observe(launched());
    expect(timeline).toEqual({
      createdAt: "2026-09-21T14:13:20.500Z",
      pullStartedAt: "2026-09-21T14:13:30.000Z",
      stoppedAt: "2026-09-21T14:14:59.000Z",
    });
  });

  describe("of a task that ran for an hour", () => {
    const hour = {
      lastStatus: "STOPPED",
      launchType: "FARGATE",
      cpu: "1024",
      memory: "2048",
      pullStartedAt: 1_790_000_000,
      stoppedAt: 1_790_003_600,
    };
    const costOf = async (more: object = {}) => {
      const { launcher } = await launching(describing(taskOf(1, { ...hour, ...more })));
      const observation = await launcher.observe(launched());
      return observation.status === "stopped" ? observation.cost : undefined;
    };

    it("gives its cost by list prices, for the size and the region that ECS says", async () => {
      expect(await costOf()).toMatchObject({ amount: 0.04937, currency: "USD" });
      const spot = await costOf({ launchType: undefined, capacityProviderName: "FARGATE_SPOT" });
      expect(spot?.amount).toBeLessThan(0.02);
      const arm = await costOf({ attributes: [{ name: "ecs.cpu-architecture", value: "arm64" }] });
      expect(arm?.amount).toBeCloseTo(0.0395, 4);
      const disk = await costOf({ ephemeralStorage: { sizeInGiB: 120 } });
      expect(disk?.amount).toBeCloseTo(0.06047, 5);
    });

    it("takes the size that was asked for where ECS gives none", async () => {
      expect(await costOf({ cpu: undefined, memory: undefined })).toMatchObject({
        amount: 0.0123425,
      });
    });

    it("gives no cost of what is billed otherwise, or never was", async () => {
      expect(await costOf({ launchType: "EC2" })).toBeUndefined();
      expect(await costOf({ platformFamily: "Windows_Server_2022_Core" })).toBeUndefined();
      expect(await costOf({ pullStartedAt: undefined })).toBeUndefined();
    });

    it("goes by the prices of the agent's own table", async () => {
      const rate = { X86_64: { vcpuHour: 1, gbHour: 2 }, ARM64: { vcpuHour: 1, gbHour: 2 } };
      const region = { onDemand: rate, spot: rate, storageGbHour: 0 };
      const prices = {
        date: "2026-01-01",
        currency: "EUR",
        defaultRegion: "eu-west-1",
        regions: { "eu-west-1": region },
      };
      const { launcher } = await launching(describing(taskOf(1, hour)), {}, { prices });
      expect(await launcher.observe(launched())).toMatchObject({
        cost: { amount: 5, currency: "EUR", pricesOf: "2026-01-01" },
      });
    });
  });

  it("takes a task that stopped without any container for lost work, whatever ECS leaves out", async () => {
    const { launcher } = await launching(
      describing(taskOf(1, { lastStatus: "STOPPED", containers: [] })),
    );
    expect(await launcher.observe(launched())).toMatchObject({
      status: "stopped",
      diagnosis: { cause: "Unknown", evidence: { stopCode: null, containers: [] } },
    });
  });

  it("tells the flow's container from another that ended it", async () => {
    const containers = [
      { name: "main", exitCode: 143 },
      { name: "proxy", exitCode: 1 },
      { name: "warm-up", exitCode: 1 },
    ];
    const { launcher, another } = await launching(
      describing(
        taskOf(1, { lastStatus: "STOPPED", stopCode: "EssentialContainerExited", containers }),
      ),
      { containerDefinitions: [{ name: "main" }, { name: "proxy" }] },
    );
    expect(await launcher.observe(launched())).toMatchObject({
      diagnosis: { cause: "SidecarExited", evidence: { endedFirst: "proxy" } },
    });
    const other = await another({
      containerDefinitions: [
        { name: "main" },
        { name: "proxy", essential: false },
        { name: "warm-up", essential: false },
      ],
    });
    expect(await other.observe(launched())).toMatchObject({
      diagnosis: { cause: "EssentialContainerExited" },
    });
  });

  it("has a task stopped that has not started in 45 minutes, and says so", async () => {
    const createdAt = NOW - 46 * 60;
    const { server, launcher } = await launching(describing(taskOf(1, { createdAt })));
    expect(await launcher.observe(launched())).toMatchObject({
      status: "starting",
      message: expect.stringContaining("asked ECS to stop it"),
    });
    const [stop] = server.sent("StopTask");
    expect(stop).toMatchObject({ task: TASK_ID });
    const stopped = await launching(
      describing(
        taskOf(1, {
          createdAt,
          lastStatus: "STOPPED",
          stopCode: "UserInitiated",
          stoppedReason: stop?.["reason"],
        }),
      ),
    );
    expect(await stopped.launcher.observe(launched())).toMatchObject({
      diagnosis: { cause: "StartTimeout" },
    });
  });

  it("leaves a task alone that waits for its capacity provider, which has 30 minutes", async () => {
    const { server, launcher } = await launching(
      describing(taskOf(1, { createdAt: NOW - 31 * 60 })),
    );
    expect(await launcher.observe(launched())).toMatchObject({ status: "starting" });
    expect(server.sent("StopTask")).toEqual([]);
  });

  it("takes a task for lost that ECS does not know, but not one that was just launched", async () => {
    const { launcher } = await launching();
    expect(await launcher.observe(launched())).toMatchObject({ diagnosis: { cause: "Lost" } });
    const launchedAt = new Date().toISOString();
    expect(await launcher.observe(launched(TASK_ID, { launchedAt }))).toEqual({
      status: "starting",
    });
  });
});

describe("a task that ECS once does not know", () => {
  const failures = [{ arn: arnOf(TASK_ID), reason: "MISSING" }];

  it("is not lost where it is there at the next look", async () => {
    const { launcher } = await launching({
      DescribeTasks: (_, count) => ({
        body: count === 1 ? { failures } : { tasks: [taskOf(1, { lastStatus: "RUNNING" })] },
      }),
    });
    expect(await launcher.observe(launched())).toMatchObject({ status: "running" });
  });

  it("is not lost where ECS's answers are empty", async () => {
    const { launcher } = await launching({ DescribeTasks: { body: {} } });
    await expect(launcher.observe(launched())).rejects.toMatchObject({
      code: "CLOUD_UNREACHABLE",
      details: { operation: "DescribeTasks", cause: "Unreachable" },
    });
  });
});

describe("many looks at once", () => {
  const ids = Array.from({ length: 250 }, (_, at) => at.toString(16).padStart(32, "0"));
  const running: Answers = {
    DescribeTasks: ({ tasks }) => ({
      body: {
        tasks: (Array.isArray(tasks) ? tasks : []).map((id) =>
          taskOf(1, { taskArn: arnOf(String(id)), lastStatus: "RUNNING", group: String(id) }),
        ),
      },
    }),
  };

  it("go out as one call for each hundred tasks, over all launchers of a configuration", async () => {
    const { server, launcher, another } = await launching(running);
    const second = await another({ memory: "1024" });
    const looks = ids.map((id, at) => (at % 2 ? launcher : second).observe(launched(id)));
    expect(new Set((await Promise.all(looks)).map(({ status }) => status))).toEqual(
      new Set(["running"]),
    );
    const sizes = server.sent("DescribeTasks").map(({ tasks }) => Object(tasks).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(250);
    expect(Math.max(...sizes)).toBe(100);
    expect(sizes).toHaveLength(3);
  });

  it("are kept apart by cluster", async () => {
    const { server, launcher, another } = await launching(running);
    const elsewhere = await another({ cluster: "elsewhere" });
    await Promise.all([launcher.observe(launched()), elsewhere.observe(launched())]);
    expect(server.sent("DescribeTasks").map(({ cluster }) => cluster)).toEqual(
      expect.arrayContaining([undefined, "elsewhere"]),
    );
  });

  it("tell each launcher of a refusal in words without its own arguments", async () => {
    const { launcher, another } = await launching({
      DescribeTasks: refusal("AccessDeniedException", "no role-of-one and no role-of-two"),
    });
    const one = await another({ taskRoleArn: "role-of-one" });
    const errors = await Promise.all(
      [one, launcher].map((each) => each.observe(launched()).catch((error: unknown) => error)),
    );
    expect(String(errors[0])).toContain("no ‹taskRoleArn› and no role-of-two");
    expect(String(errors[1])).toContain("no role-of-one and no role-of-two");
  });

  it("still work for others when one launcher is closed, and after all were", async () => {
    const { launcher, another } = await launching(running);
    const second = await another();
    launcher.close();
    launcher.close();
    expect(await second.observe(launched())).toMatchObject({ status: "running" });
    second.close();
    const third = await another();
    expect(await third.observe(launched())).toMatchObject({ status: "running" });
  });
});
