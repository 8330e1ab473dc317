import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withTempDir } from "@slipway/testing";
import { afterEach, describe, expect, it, vi } from "vitest";
import { loadConfig } from "./load-config.ts";

const CONFIG = {
  apiVersion: "v1",
  kind: "Config",
  "current-context": "one",
  clusters: [{ name: "c", cluster: { server: "https://127.0.0.1:1" } }],
  users: [{ name: "u", user: { token: "very-secret-token" } }],
  contexts: [
    { name: "one", context: { cluster: "c", user: "u", namespace: "flows" } },
    { name: "two", context: { cluster: "gone", user: "u" } },
  ],
};

async function loading(content: string, context?: string) {
  return withTempDir(async (folder) => {
    const kubeconfig = join(folder, "harbour.kubeconfig");
    await writeFile(kubeconfig, content);
    return loadConfig({ kubeconfig, context }).catch((thrown: unknown) => thrown);
  });
}

afterEach(() => vi.unstubAllEnvs());

describe("finding a cluster", () => {
  it("takes the context that is asked for, else the current one", async () => {
    expect(await loading(JSON.stringify(CONFIG))).toMatchObject({ currentContext: "one" });
    const config = await loading(JSON.stringify({ ...CONFIG, "current-context": "two" }), "one");
    expect(config).toMatchObject({ currentContext: "one" });
  });

  it("names the contexts that there are, and not the one that was asked for", async () => {
    const error = await loading(JSON.stringify(CONFIG), "harbour-context");
    expect(error).toMatchObject({
      code: "ENVIRONMENT_NOT_LAUNCHABLE",
      message: expect.stringContaining("one, two"),
      details: { path: "context", accepted: ["one", "two"], cause: "CredentialsInvalid" },
    });
    expect(String(error)).not.toContain("harbour-context");
  });

  it("says which part of a context is not there", async () => {
    expect(await loading(JSON.stringify(CONFIG), "two")).toMatchObject({
      message: expect.stringContaining("names a cluster that"),
    });
  });

  it.each(["", "a: [b", "users: [{user: {token: very-secret-token}}]", '"text"'])(
    "quotes nothing of a file that is no kubeconfig: %j",
    async (content) => {
      const error = await loading(content);
      expect(error).toMatchObject({
        code: "ENVIRONMENT_NOT_LAUNCHABLE",
        details: { path: expect.stringMatching(/^(kubeconfig|context)$/) },
      });
      expect(String(error)).not.toContain("very-secret-token");
    },
  );

  it("tells a path of the environment's from one of the machine's, without the path itself", async () => {
    const kubeconfig = "/nowhere/harbour.kubeconfig";
    const given = await loadConfig({ kubeconfig }).catch((thrown: unknown) => thrown);
    expect(given).toMatchObject({
      message: expect.stringContaining("`kubeconfig` of the flow's environment"),
      details: { cause: "CredentialsMissing" },
    });
    expect(String(given)).not.toContain("harbour");
    vi.stubEnv("KUBECONFIG", kubeconfig);
    const found = await loadConfig({}).catch((thrown: unknown) => thrown);
    expect(found).toMatchObject({ message: expect.stringContaining("KUBECONFIG names") });
  });

  it("says where it looked where there is nothing", () =>
    withTempDir(async (folder) => {
      vi.stubEnv("KUBECONFIG", "");
      vi.stubEnv("HOME", folder);
      await expect(loadConfig({})).rejects.toMatchObject({
        code: "ENVIRONMENT_NOT_LAUNCHABLE",
        message: expect.stringContaining("set KUBECONFIG"),
        details: { cause: "CredentialsMissing" },
      });
    }));
});
