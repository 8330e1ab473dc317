import { waitFor } from "@slipway/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { containerWith } from "./local-ecs.ts";
import { isEnded, type Stack, startStack } from "./stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({
    script: {
      failures: [
        { operation: "RunTask", family: "no-room", every: 1, answer: "capacity" },
        { operation: "RunTask", family: "slow-answer", answer: { late: { delay: "1s" } } },
        { operation: "RunTask", family: "lost-answer", times: 1, answer: "lost-reply" },
        { operation: "RunTask", family: "short-of-room", times: 1, answer: "capacity" },
        { operation: "RunTask", family: "other-way", times: 1, answer: "capacity" },
        { task: "capacity-provider", family: "taken-and-given-up", times: 1 },
      ],
    },
  });
});
afterEach(() => stack.closeAgents());
afterAll(() => stack.close());

const stopsOf = (taskId: unknown) =>
  stack.ecs.sent("StopTask").filter((input) => Object(input).task === taskId);

describe("a run that waits for capacity", () => {
  it("says so, and is launched when there is some", async () => {
    await stack.agentFor("short-of-room");
    const id = await stack.createRun(await stack.register("short-of-room"));
    const waiting = await stack.until(id, ({ attempts }) => Boolean(attempts[0]?.status));
    expect(waiting.attempts[0]?.status).toMatch(/^waits for capacity \(.+\), next try at \d\d:/);
    const run = await stack.until(id, isEnded);
    expect(run.stateType).toBe("Success");
    expect(run.attempts).toMatchObject([{ status: null }]);
  });

  it("is launched in the author's other way", async () => {
    await stack.agentFor("other-way");
    const version = await stack.register("other-way", {
      onInfrastructureFailure: { capacity: { then: [{ platformVersion: "1.4.0" }] } },
    });
    const id = await stack.createRun(version);
    const run = await stack.until(id, isEnded);
    expect(run.stateType).toBe("Success");
    expect(stack.launchesOf(id)).toMatchObject([{}, { platformVersion: "1.4.0" }]);
    expect(run.attempts[0]?.infrastructure).toMatchObject({ details: { variant: 1 } });
  });

  it("is launched in the author's other way where its task was taken first, and found no room later", async () => {
    await stack.agentFor("taken-and-given-up");
    const version = await stack.register("taken-and-given-up", {
      onInfrastructureFailure: { capacity: { then: [{ platformVersion: "1.4.0" }] } },
    });
    const id = await stack.createRun(version);
    const run = await stack.until(id, ({ endTime }) => endTime !== null);
    expect(run.stateType).toBe("Success");
    expect(stack.launchesOf(id)).toMatchObject([{}, { platformVersion: "1.4.0" }]);
    expect(run.attempts).toMatchObject([{ diagnosis: { cause: "Capacity" } }, { number: 2 }]);
  });

  it("fails at its deadline with the platform's reason", async () => {
    await stack.agentFor("no-room");
    const version = await stack.register("no-room", {
      onInfrastructureFailure: { capacity: { deadline: "1s" } },
    });
    const run = await stack.until(await stack.createRun(version), isEnded);
    expect(run.state).toMatchObject({ type: "Failed", cause: "Capacity" });
  });

  it("is cancelled at once, and nothing was launched", async () => {
    await stack.agentFor("no-room", { pollMs: 60_000 });
    const id = await stack.createRun(await stack.register("no-room"));
    await stack.until(id, ({ attempts }) => Boolean(attempts[0]?.status));
    await stack.client.cancelFlowRun(id);
    const run = await stack.until(id, isEnded);
    expect(run.stateType).toBe("Cancelled");
    expect(run.attempts[0]?.infrastructure).toBeNull();
  });
});

describe("a run that is cancelled", () => {
  it("ends when its task was seen stopped", async () => {
    await stack.agentFor("stopped", { pollMs: 60_000 });
    const id = await stack.createRun(
      await stack.register("stopped", { stopGrace: "500ms" }),
      60_000,
    );
    await stack.until(id, ({ stateType }) => stateType === "Running");
    expect((await stack.client.cancelFlowRun(id)).stateType).toBe("Cancelling");
    const run = await stack.until(id, isEnded);
    expect(run.stateType).toBe("Cancelled");
    const [attempt] = run.attempts;
    expect(attempt).toMatchObject({ diagnosis: { cause: "Cancelled" } });
    expect(stopsOf(Object(attempt?.infrastructure).id)).toHaveLength(1);
    expect(attempt?.timeline).toMatchObject({ stoppedAt: expect.any(String) });
  });

  it("has the task stopped that RunTask launched without an answer yet", async () => {
    await stack.agentFor("slow-answer", { pollMs: 60_000 });
    const id = await stack.createRun(
      await stack.register("slow-answer", { stopGrace: "100ms" }),
      60_000,
    );
    await waitFor(() => stack.launchesOf(id).length === 1);
    await stack.client.cancelFlowRun(id);
    const run = await stack.until(id, isEnded);
    expect(run.stateType).toBe("Cancelled");
    expect(stopsOf(Object(run.attempts[0]?.infrastructure).id)).toHaveLength(1);
  });

  it("has the task stopped that RunTask launched without an answer ever", async () => {
    await stack.agentFor("lost-answer", { pollMs: 60_000 });
    const id = await stack.createRun(
      await stack.register("lost-answer", { stopGrace: "100ms" }),
      60_000,
    );
    await waitFor(() => stack.launchesOf(id).length === 1);
    await stack.client.cancelFlowRun(id);
    const run = await stack.until(id, isEnded);
    expect(run.stateType).toBe("Cancelled");
    expect(stopsOf(Object(run.attempts[0]?.infrastructure).id)).toHaveLength(1);
  });

  it("is ended by the next agent where its agent is gone", async () => {
    const first = await stack.agentFor("handed-on");
    const id = await stack.createRun(
      await stack.register("handed-on", { stopGrace: "100ms" }),
      60_000,
    );
    await stack.until(id, ({ stateType }) => stateType === "Running");
    await first.close();
    await stack.client.cancelFlowRun(id);
    await stack.agentFor("handed-on");
    expect((await stack.until(id, isEnded)).stateType).toBe("Cancelled");
  });
});

describe("an attempt that did not end well", () => {
  it("keeps the last lines of its container", async () => {
    await stack.agentFor("last-lines");
    const version = await stack.register("last-lines", {
      containerDefinitions: containerWith({ TEST_EXIT_CODE: "3" }),
    });
    const id = await stack.createRun(version);
    const run = await stack.until(id, isEnded);
    expect(run.attempts[0]?.logTail).toEqual([`container of ${id}`]);
  });

  it("is followed by another one as the author's policy says", async () => {
    await stack.agentFor("again");
    const version = await stack.register("again", {
      containerDefinitions: containerWith({ TEST_EXIT_CODE: "3" }),
      onInfrastructureFailure: { essentialContainerExited: { retries: 1, delay: "1s" } },
    });
    const id = await stack.createRun(version);
    const run = await stack.until(id, ({ attempts }) => attempts[1]?.endedAt != null);
    expect(run.state).toMatchObject({ type: "Failed", cause: "EssentialContainerExited" });
    expect(run.attempts).toHaveLength(2);
  });
});
