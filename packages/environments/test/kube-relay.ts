import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type OwnAnswer, startKubeForwarder, startRecordingProxy } from "@slipway/testing";
import { adminKubeconfig } from "./kube-admin.ts";

/** What becomes of a call: its connection may be cut before or after the server has seen it, or it is answered in its place. */
export type Fate = "pass" | "cut" | "cut the answer" | OwnAnswer;

export interface Relay {
  /** A kubeconfig that leads through the relay. */
  readonly kubeconfig: string;
  /** Method and path with query of each call that has come, oldest first. */
  calls(): readonly string[];
  /** Decides on the calls that come from now on. */
  decide(by: (call: string) => Fate): void;
  cutWatches(): void;
  close(): Promise<void>;
}

/** Stands before the tests' API server as plain HTTP on loopback, as `kubectl proxy` does, with its administrator's rights. */
export async function startRelay(folder: string): Promise<Relay> {
  const forwarder = await startKubeForwarder(adminKubeconfig());
  let fateOf: (call: string) => Fate = () => "pass";
  const fates = new WeakMap<object, Fate>();
  const proxy = await startRecordingProxy({
    target: forwarder.url,
    onRequest: async (request) => {
      const fate = fateOf(`${request.method} ${request.path}`);
      fates.set(request, fate);
      return fate === "cut the answer" ? "pass" : fate;
    },
    onAnswer: async (request) => (fates.get(request) === "cut the answer" ? "cut" : "pass"),
  });
  const kubeconfig = join(folder, `relay-${new URL(proxy.url).port}.kubeconfig`);
  await writeFile(kubeconfig, configOf(proxy.url));
  return {
    kubeconfig,
    calls: () => proxy.requests.map(({ method, path }) => `${method} ${path}`),
    decide: (by) => {
      fateOf = by;
    },
    cutWatches: () => forwarder.cutWatches(),
    close: async () => {
      await proxy.close();
      await forwarder.close();
    },
  };
}

function configOf(server: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "relay",
    clusters: [{ name: "relay", cluster: { server } }],
    users: [{ name: "relay", user: {} }],
    contexts: [{ name: "relay", context: { cluster: "relay", user: "relay" } }],
  });
}
