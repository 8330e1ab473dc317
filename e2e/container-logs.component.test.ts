// component: kubernetes registry
import type { JsonObject } from "@slipway/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "./harness.ts";
import { type KubernetesStack, startKubernetesStack } from "./kubernetes-stack.ts";

const BUSYBOX = "slipway.test/busybox:1";

/** A Job with this pod: an init container that writes three lines, and a sidecar that writes on. */
const withSidecar = (env = "[]") => `apiVersion: batch/v1
kind: Job
metadata: {name: chatty}
spec:
  template:
    spec:
      terminationGracePeriodSeconds: 1
      initContainers:
      - {name: secret-prepare, image: '${BUSYBOX}', command: [sh, -c, 'echo one; echo two; echo three >&2']}
      containers:
      - {name: flow, env: ${env}}
      - {name: secret-side, image: '${BUSYBOX}', command: [sh, -c, 'echo listening; n=0; while true; do sleep 1; n=$((n+1)); echo tick $n; done']}
`;

let stack: KubernetesStack;
beforeAll(async () => {
  stack = await startKubernetesStack();
  await stack.startAgent("--name", "one");
});
afterAll(() => stack.close());

async function runJob(yaml: string, parameters: JsonObject = {}) {
  const registered = await stack.registerJob(yaml);
  expect(registered.code, registered.stderr).toBe(0);
  const id = await stack.createRun("any job", parameters);
  const run = await stack.untilOver(id, 120_000);
  return { id, run, logs: await stack.client.flowRunLogs(id) };
}

describe("the lines of a run's containers", () => {
  it("stand in its log by their places, each once, and the process's own are its own", async () => {
    const { id, run, logs } = await runJob(withSidecar(), { seconds: 4 });
    expect(run.stateType).toBe("Success");
    const of = (container: string | null) =>
      logs.filter((log) => log.container === container).map(({ message }) => message);
    expect(of("initContainers[0]").sort()).toEqual(["one", "three", "two"]);
    const side = of("containers[1]");
    expect(side.slice(0, 4)).toEqual(["listening", "tick 1", "tick 2", "tick 3"]);
    expect(new Set(side).size).toBe(side.length);
    const own = logs.filter(({ message }) => message.startsWith("works for"));
    expect(own.map(({ container }) => container)).toEqual([null]);
    const { stdout } = await runCli(["flow-runs", "logs", id], stack.env);
    expect(stdout).toContain("tick 1");
    expect(JSON.stringify([run, logs]) + stdout).not.toContain("secret-");
  });

  it("tell why a process never came to its run", async () => {
    const env = "[{name: NODE_OPTIONS, value: '--require /nowhere/hook.cjs'}]";
    const { run, logs } = await runJob(withSidecar(env));
    expect(run.stateType).toBe("Failed");
    const own = logs.filter(({ container }) => container === "containers[0]");
    expect(own.map(({ message }) => message).join("\n")).toMatch(/Cannot find module .*hook\.cjs/);
  });
});
