import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCommand, FLOWS, lastJson, untilEnded } from "./slipway-command.ts";

type Command = Awaited<ReturnType<typeof createCommand>>;
type Child = ReturnType<Command["start"]>;

const KEY = "a-long-random-text";
let host: Command;
let server: Child;
let command: Command;
let url = "";

/** The first JSON line that says that it is ready. */
async function untilReady(child: Child): Promise<Record<string, unknown>> {
  for (let text = ""; ; ) {
    const [piece] = await once(child.stdout, "data");
    text += String(piece);
    const line = text.split("\n").find((candidate) => candidate.includes('"ready"'));
    if (line) return JSON.parse(line);
  }
}

beforeAll(async () => {
  host = await createCommand();
  await writeFile(join(host.home, "server.key"), `${KEY}\n`);
  server = host.start("server", "start", "--port", "0", "--api-key-file", "server.key", "--json");
  const ready = await untilReady(server);
  url = String(ready["graphqlUrl"]);
  command = await createCommand({ SLIPWAY__CLOUD__GRAPHQL: url, SLIPWAY__CLOUD__API_KEY: KEY });
});
afterAll(async () => {
  const ended = untilEnded(server);
  server.kill("SIGTERM");
  expect((await ended).code).toBe(0);
  await Promise.all([host.remove(), command.remove()]);
});

describe("a server with a key", () => {
  it("refuses those without it", async () => {
    const { code, stderr } = await host.slipway("flows", "list", "--api", url);
    expect([code, stderr]).toEqual([3, expect.stringContaining("UNAUTHENTICATED")]);
  });

  it("serves those that give it as a flag", async () => {
    const args = ["projects", "list", "--api", url, "--api-key", KEY];
    expect(await host.slipway(...args)).toMatchObject({ code: 0, stdout: "default\n" });
  });
});

describe("registering", () => {
  const file = FLOWS.doubling;

  it("refuses an unknown project before anything is made, and names the nearest", async () => {
    const { code, stderr } = await command.slipway("register", file, "--project", "defualt");
    expect([code, stderr]).toEqual([2, expect.stringMatching(/NOT_FOUND.*did you mean default/)]);
    expect((await command.slipway("flows", "list", "--json")).stdout).toBe("");
  });

  it("makes the project when told to, and says what was made", async () => {
    const args = ["register", file, "--project", "numbers", "--create-project", "--json"];
    const { code, stdout } = await command.slipway(...args);
    expect(code).toBe(0);
    expect(lastJson(stdout)).toMatchObject({ flow: "doubling", project: "numbers", version: 1 });
    expect((await command.slipway("flows", "list")).stdout).toMatch(
      /doubling +numbers +1 +Fargate/,
    );
  });
});

describe("flow runs", () => {
  beforeAll(async () => {
    await command.slipway("register", FLOWS.doubling);
  });

  it("are created with typed parameters, listed, shown, and have no logs yet", async () => {
    const args = ["flow-runs", "create", "doubling", "-p", "count=3", "--name", "three", "--json"];
    const { id } = lastJson((await command.slipway(...args)).stdout);
    const listed = await command.slipway("flow-runs", "list", "--flow", "doubling", "--json");
    expect(lastJson(listed.stdout)).toMatchObject({ id, name: "three", parameters: { count: 3 } });
    const shown = await command.slipway("flow-runs", "get", String(id));
    expect(shown.stdout).toMatch(/parameters +\{"count":3\}[\s\S]*state +Scheduled/);
    expect(await command.slipway("flow-runs", "logs", String(id))).toMatchObject({
      code: 0,
      stdout: "",
    });
  });

  it("of an unknown flow are refused, naming the nearest", async () => {
    const { code, stderr } = await command.slipway("flow-runs", "create", "dubling");
    expect([code, stderr]).toEqual([2, expect.stringMatching(/did you mean "doubling"\?/)]);
  });

  it("are watched until Ctrl-C, which leaves them alone", async () => {
    const created = await command.slipway(
      "flow-runs",
      "create",
      "doubling",
      "-p",
      "count=1",
      "--json",
    );
    const id = String(lastJson(created.stdout)["id"]);
    const watching = command.start("flow-runs", "watch", id);
    const ended = untilEnded(watching);
    await once(watching.stdout, "data");
    watching.kill("SIGINT");
    expect(await ended).toMatchObject({ code: 130, stderr: expect.stringContaining(id) });
    const run = lastJson((await command.slipway("flow-runs", "get", id, "--json")).stdout);
    expect(run).toMatchObject({ stateType: "Scheduled" });
  });

  it("with an id that is none are NOT_FOUND", async () => {
    for (const verb of ["get", "logs", "watch"]) {
      const { code, stderr } = await command.slipway("flow-runs", verb, "nope");
      expect([code, stderr]).toEqual([2, expect.stringMatching(/^error NOT_FOUND/)]);
    }
  });
});

describe("agent start and fargate-local", () => {
  it("say when they are ready, and end cleanly on Ctrl-C", async () => {
    for (const args of [
      ["agent", "start", "--name", "one"],
      ["fargate-local", "--port", "0", "--driver", "process"],
    ]) {
      const child = command.start(...args, "--json");
      const ended = untilEnded(child);
      expect(await untilReady(child)).toMatchObject({ kind: "ready" });
      child.kill("SIGINT");
      expect((await ended).code).toBe(0);
    }
  });
});
