import { join } from "node:path";
import { createClient } from "@slipway/client";
import { waitFor } from "@slipway/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FLOWS, runCli, type Stack, startStack } from "./harness.ts";

/** What goes wrong on local Fargate, the cause that the run is to name, and a word of the evidence. */
const CAUSES = [
  ["out-of-memory", "OutOfMemory", "137"],
  ["image-not-found", "ImageNotFound", "not found"],
  ["image-pull-denied", "ImagePullDenied", "pull access denied"],
  ["image-pull-timeout", "ImagePullTimeout", "i/o timeout"],
  ["image-pull", "ImagePull", "500 Internal Server Error"],
  ["network-interface", "NetworkInterface", "network interface provisioning"],
  ["secret", "SecretUnavailable", "ResourceInitializationError"],
  ["log-driver", "LogDriver", "log group does not exist"],
  ["file-system", "FileSystem", "EFS utils"],
  ["ephemeral-storage", "EphemeralStorage", "EphemeralStorage provisioning"],
  ["disk-full", "DiskFull", "no space left on device"],
  ["spot-reclaim", "SpotInterruption", "Your Spot Task was interrupted"],
  ["user-stop", "UserInitiated", "Task stopped by user"],
  ["essential-sidecar", "SidecarExited", "sidecar"],
  ["capacity-provider", "Capacity", "Capacity is unavailable"],
  ["platform-mismatch", "PlatformMismatch", "linux/amd64"],
  ["entry-point", "EntryPointMissing", "executable file not found"],
  ["role", "RoleUnavailable", "unable to assume the role"],
  ["start-timeout", "StartTimeout", "timed out"],
  ["infrastructure", "InfrastructureHealth", "unhealthy"],
  ["termination-notice", "TerminationNotice", "maintenance"],
] as const;

const failures = CAUSES.map(([task]) => ({ task, family: task, every: 1 }));

let stack: Stack;
let sidecarImage: string;
beforeAll(async () => {
  stack = await startStack({ driver: "process", script: { failures } });
  const { stdout } = await stack.cli("register", join(FLOWS, "slow.ts"), "--json");
  sidecarImage = JSON.parse(stdout.trim().split("\n").at(-1) ?? "{}").image;
  await stack.startAgent();
});
afterAll(() => stack.close());

const client = () => createClient({ url: `${stack.api.url}/graphql` });

async function runToItsEnd(family: string) {
  const sidecar = family === "essential-sidecar" ? { TEST_SIDECAR_IMAGE: sidecarImage } : {};
  const env = { ...stack.env, TEST_FAMILY: family, ...sidecar };
  const registered = await runCli(["register", join(FLOWS, "doomed.ts")], env);
  if (registered.code !== 0) throw new Error(registered.stderr);
  const { id } = await client().createFlowRun({ project: "default", flow: "doomed" });
  const ended = await waitFor(
    async () => {
      const run = await client().flowRun(id);
      // The attempts are read after the run, which may still be what it was a moment before.
      const over = run?.endTime != null && run.attempts.at(-1)?.endedAt != null;
      return over ? run : undefined;
    },
    { timeoutMs: 30_000 },
  );
  return ended;
}

describe("what goes wrong with a task", () => {
  it.each(CAUSES)("%s is named %s on the run, with evidence", async (family, cause, words) => {
    const run = await runToItsEnd(family);
    expect(run.state).toMatchObject({ type: "Failed", cause });
    expect(run.attempts).toHaveLength(1);
    const { diagnosis } = run.attempts[0] ?? {};
    expect(diagnosis).toMatchObject({ cause });
    expect(JSON.stringify(diagnosis)).toContain(words);
  });
});
