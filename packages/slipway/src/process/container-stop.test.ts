import type { LogRecord, RunReporter } from "@slipway/core";
import { describe, expect, it } from "vitest";
import { ContainerStop } from "./container-stop.ts";

const SOON = { tasksHaveMs: 20, cancelIsToldWithinMs: 10, giveUpAfterMs: 20 };
const NEVER = 3_600_000;
const PATIENT = { tasksHaveMs: NEVER, cancelIsToldWithinMs: NEVER, giveUpAfterMs: NEVER };
const never = new Promise<never>(() => undefined);

function silentReporter(flush: () => Promise<void> = async () => undefined) {
  const logs: LogRecord[] = [];
  const reporter: RunReporter = {
    flowRunState: () => undefined,
    taskRunState: () => undefined,
    log: (record) => logs.push(record),
    flush,
  };
  return { reporter, logs };
}

describe("how a stopped run ends", () => {
  it("is Failed at once after a failure, whatever comes later", async () => {
    const stop = new ContainerStop(PATIENT);
    stop.fail(new Error("nobody caught me"));
    stop.cancel();
    stop.terminate("SIGTERM", 143);
    const { reporter, logs } = silentReporter();
    expect(await stop.endOf(never, reporter)).toEqual({
      type: "Failed",
      message: "nobody caught me",
    });
    expect(logs).toEqual([]);
  });

  it("is no failure that the stop itself brought about", async () => {
    const stop = new ContainerStop(PATIENT);
    stop.terminate("SIGTERM", 143);
    stop.fail(new Error("a connection was closed under me"));
    expect(await stop.endOf(Promise.resolve(), silentReporter().reporter)).toEqual({
      type: "Unfinished",
    });
  });

  it("waits for the tasks after a cancel, and not for ever", async () => {
    const stop = new ContainerStop(SOON);
    stop.cancel();
    const { reporter, logs } = silentReporter();
    expect(await stop.endOf(never, reporter)).toMatchObject({ type: "Cancelled" });
    expect(logs).toEqual([]);
  });

  it.each([
    ["a cancel and then a signal", ["cancel", "terminate"]],
    ["a signal and then a cancel", ["terminate", "cancel"]],
  ] as const)("is Cancelled without waiting after %s", async (_case, [first, second]) => {
    const stop = new ContainerStop(PATIENT);
    const calls = { cancel: () => stop.cancel(), terminate: () => stop.terminate("SIGTERM", 143) };
    calls[first]();
    const ending = stop.endOf(never, silentReporter(() => never).reporter);
    calls[second]();
    expect(await ending).toMatchObject({ type: "Cancelled" });
  });

  it("is asked of the server after a signal: the answer may tell of a cancel", async () => {
    const stop = new ContainerStop(PATIENT);
    stop.terminate("SIGTERM", 143);
    const { reporter } = silentReporter(async () => stop.cancel());
    expect(await stop.endOf(Promise.resolve(), reporter)).toMatchObject({ type: "Cancelled" });
  });

  it("stays open after a signal where the server does not answer", async () => {
    const stop = new ContainerStop(SOON);
    stop.terminate("SIGTERM", 143);
    const { reporter, logs } = silentReporter(() => never);
    expect(await stop.endOf(never, reporter)).toEqual({ type: "Unfinished" });
    expect(logs).toHaveLength(1);
  });
});

describe("the time that a process has after a signal", () => {
  it("is limited", async () => {
    const stop = new ContainerStop(SOON);
    const work = stop.orGiveUp(never);
    stop.terminate("SIGTERM", 143);
    await expect(work).rejects.toThrow("not all was recorded within 0.02 s of the signal");
    expect(stop.exitCode).toBe(143);
  });

  it("is not limited without one", async () => {
    const stop = new ContainerStop({ ...SOON, giveUpAfterMs: 0 });
    stop.cancel();
    const work = new Promise((resolve) => setTimeout(resolve, 10, "done"));
    expect(await stop.orGiveUp(work)).toBe("done");
  });
});
