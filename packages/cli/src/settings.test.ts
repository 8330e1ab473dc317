import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withTempDir } from "@slipway/testing";
import { describe, expect, it } from "vitest";
import { readSettings } from "./settings.ts";

async function withFile<T>(text: string, use: (folder: string) => Promise<T>): Promise<T> {
  return withTempDir(async (folder) => {
    await writeFile(join(folder, "slipway.toml"), text);
    return use(folder);
  });
}

describe("readSettings", () => {
  it("takes defaults where nothing is said", async () => {
    await withTempDir(async (folder) => {
      expect(await readSettings(folder, { HOME: "/home/ada" })).toMatchObject({
        graphql: "http://127.0.0.1:4200/graphql",
        serverHost: "127.0.0.1",
        serverPort: undefined,
        agentLabels: [],
      });
    });
  });

  it("reads the nearest slipway.toml above the folder, and the environment over it", async () => {
    const text = 'home = "data"\n[cloud]\ngraphql = "http://a/graphql"\n[server]\nport = 1\n';
    await withFile(text, async (folder) => {
      await mkdir(join(folder, "deep", "er"), { recursive: true });
      const env = { SLIPWAY__SERVER__PORT: "2" };
      expect(await readSettings(join(folder, "deep", "er"), env)).toMatchObject({
        home: join(folder, "data"),
        graphql: "http://a/graphql",
        serverPort: 2,
      });
    });
  });

  it("hands the data and results folders on to processes of flows", async () => {
    await withFile('home = "data"\n[results]\ndirectory = "out"\n', async (folder) => {
      const { environment } = await readSettings(folder, { PATH: "/bin" });
      expect(environment).toEqual({
        PATH: "/bin",
        SLIPWAY__HOME: join(folder, "data"),
        SLIPWAY__RESULTS__DIRECTORY: join(folder, "out"),
      });
    });
  });

  it.each([
    ["an unknown setting", "[server]\nprot = 1\n", {}, /server\.prot.*did you mean server\.port/],
    ["a port that is none", "", { SLIPWAY__SERVER__PORT: "99999" }, /SLIPWAY__SERVER__PORT.*port/],
    ["an address that is none", "", { SLIPWAY__CLOUD__GRAPHQL: "server" }, /address such as/],
    ["what is no TOML", "[server\n", {}, /cannot be read as TOML/],
  ])("refuses %s, saying where it stands", async (_what, text, env, message) => {
    await withFile(text, async (folder) => {
      await expect(readSettings(folder, env)).rejects.toMatchObject({
        code: "INVALID_ARGUMENT",
        message: expect.stringMatching(message),
      });
    });
  });
});
