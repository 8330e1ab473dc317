import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Answer,
  createRun,
  IMAGE,
  readRun,
  register,
  startTestServer,
  structureOf,
  type TestServer,
} from "./harness.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

async function registerFlow(input: object): Promise<Answer> {
  const answer = await server.gql(
    `mutation ($input: RegisterFlowInput!) { registerFlow(input: $input) { created flowVersion { id version structure flow { name project { name } } } } }`,
    {
      input: {
        project: "default",
        structure: structureOf("etl"),
        image: IMAGE,
        environmentType: "FargateTaskEnvironment",
        labels: [],
        ...input,
      },
    },
  );
  return answer.registerFlow;
}

describe("createProject", () => {
  it("answers the same project the second time", async () => {
    const create = () => server.gql(`mutation { createProject(name: "weather") { id name } }`);
    expect(await create()).toEqual(await create());
  });

  it("has the project default from the start", async () => {
    const { projects } = await server.gql("{ projects { name } }");
    expect(projects).toContainEqual({ name: "default" });
  });
});

describe("registerFlow", () => {
  it("makes a new version only where something has changed", async () => {
    const structure = structureOf("versions");
    const reordered = Object.fromEntries(Object.entries(structure).reverse());
    expect(await registerFlow({ structure })).toMatchObject({
      created: true,
      flowVersion: { version: 1 },
    });
    expect(await registerFlow({ structure: reordered })).toMatchObject({
      created: false,
      flowVersion: { version: 1 },
    });
    const image = IMAGE.replace(/a{64}/, "b".repeat(64));
    expect(await registerFlow({ structure, image })).toMatchObject({
      created: true,
      flowVersion: { version: 2 },
    });
    expect(
      await registerFlow({ structure, image, environmentType: "KubernetesJobEnvironment" }),
    ).toMatchObject({
      flowVersion: { version: 3 },
    });
    const described = { ...structure, description: "new" };
    expect(await registerFlow({ structure: described, image })).toMatchObject({
      flowVersion: { version: 4, structure: described },
    });
  });

  it("numbers versions one after the other when many register at the same time", async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        registerFlow({ structure: structureOf("crowd", { description: String(index) }) }),
      ),
    );
    const versions = answers.map(({ flowVersion }) => flowVersion.version).sort();
    expect(versions).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it.each([
    [{ structure: { ...structureOf("bad"), version: 2 } }, "structure.version"],
    [{ structure: { ...structureOf("bad"), tasks: [{ slug: "a" }] } }, "structure.tasks[0].name"],
    [
      { structure: structureOf("bad", { referenceTasks: ["lost"] }) },
      "structure.referenceTasks[0]",
    ],
    [
      {
        structure: structureOf("bad", {
          parameters: [{ name: "x", required: true, schema: { type: "nonsense" } }],
        }),
      },
      "structure.parameters[0].schema",
    ],
    [{ image: "registry.example/flows:latest" }, "input.image"],
    [{ labels: [""] }, "input.labels[0]"],
  ])("refuses what is malformed, naming the place: %#", async (input, path) => {
    await expect(registerFlow(input)).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      details: { path },
    });
  });

  it("wants a project that exists, and guesses which was meant", async () => {
    await expect(registerFlow({ project: "defalt" })).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringContaining('did you mean "default"'),
    });
  });
});

describe("createFlowRun", () => {
  const parameters = [
    { name: "year", required: true, schema: { type: "integer", minimum: 1900 } },
    { name: "unit", required: false, default: "C", schema: { enum: ["C", "F"] } },
    { name: "zero", required: false, default: 0, schema: {} },
  ];

  it("fills in the defaults, falsy ones too, and names the run in two words", async () => {
    const version = await register(server, "defaults", { parameters });
    const run = await readRun(
      server,
      await createRun(server, version, { parameters: { year: 2012 } }),
    );
    expect(run.parameters).toEqual({ year: 2012, unit: "C", zero: 0 });
    expect(run.name).toMatch(/^[a-z]+-[a-z]+$/);
  });

  it("makes a pending task run for each task", async () => {
    const run = await readRun(server, await createRun(server, await register(server, "tasks")));
    expect(run.state).toMatchObject({ type: "Scheduled" });
    expect(run.taskRuns).toHaveLength(3);
    for (const task of run.taskRuns) {
      expect(task).toMatchObject({ mapIndex: -1, stateType: "Pending", stateVersion: 1 });
    }
  });

  it.each([
    [{}, "MISSING_PARAMETER", { path: "parameters.year" }],
    [{ year: 2012, yaer: 1 }, "UNKNOWN_PARAMETER", { path: "parameters.yaer", meant: "year" }],
    [{ year: "2012" }, "INVALID_PARAMETER", { path: "parameters.year", given: "2012" }],
    [{ year: 2012, unit: "K" }, "INVALID_PARAMETER", { path: "parameters.unit", given: "K" }],
    [[1], "INVALID_ARGUMENT", { path: "input.parameters" }],
  ])("refuses the parameters %j with %s", async (given, code, details) => {
    const version = await register(server, "checked", { parameters });
    const before = await server.sql("select count(*) from flow_run");
    await expect(createRun(server, version, { parameters: given })).rejects.toMatchObject({
      code,
      details,
    });
    expect(await server.sql("select count(*) from flow_run")).toEqual(before);
  });

  it("answers the same run to the same idempotency key", async () => {
    const version = await register(server, "idempotent");
    const create = () => createRun(server, version, { idempotencyKey: "nightly 2026-01-01" });
    const runs = new Set(await Promise.all([create(), create(), create()]));
    expect(runs.size).toBe(1);
  });

  it("takes the latest version by project and flow name, and guesses a wrong name", async () => {
    await register(server, "by name");
    const create = (flow: string) =>
      server.gql(
        `mutation ($flow: String!) { createFlowRun(input: { flow: $flow }) { flowVersion { version flow { name } } } }`,
        { flow },
      );
    expect((await create("by name")).createFlowRun.flowVersion.flow.name).toBe("by name");
    await expect(create("by nme")).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringContaining('did you mean "by name"'),
    });
  });

  it.each(["nonsense", "01900000-0000-7000-8000-000000000000"])(
    "knows no flow version %s",
    async (id) => {
      await expect(createRun(server, id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    },
  );
});

describe("queries", () => {
  it("list flows with their versions, and runs newest first by flow and state", async () => {
    const version = await register(server, "listed");
    const first = await createRun(server, version, { name: "first" });
    const second = await createRun(server, version, { name: "second" });
    const { flows, flowRuns } = await server.gql(
      `{ flows(project: "default") { name latestVersion { id } versions { version } }
         flowRuns(flow: "listed", stateType: ["Scheduled"]) { id flowVersion { flow { name } } } }`,
    );
    expect(flows).toContainEqual({
      name: "listed",
      latestVersion: { id: version },
      versions: [{ version: 1 }],
    });
    expect(flowRuns.map((run: { id: string }) => run.id)).toEqual([second, first]);
    const { none } = await server.gql(
      `{ none: flowRuns(flow: "listed", stateType: ["Running"]) { id } }`,
    );
    expect(none).toEqual([]);
  });

  it("answer null for an id that names nothing", async () => {
    expect(await server.gql(`{ flowRun(id: "x") { id } flowVersion(id: "y") { id } }`)).toEqual({
      flowRun: null,
      flowVersion: null,
    });
  });

  it("page logs by cursor", async () => {
    const run = await createRun(server, await register(server, "paged"));
    await server.sql(
      `insert into log (flow_run_id, attempt, timestamp, level, message)
       select $1, 1, now(), 'info', 'line ' || n from generate_series(1, 5) n order by n`,
      [run],
    );
    const page = async (after?: string) => {
      const { flowRun } = await server.gql(
        `query ($id: ID!, $after: ID) { flowRun(id: $id) { logs(after: $after, first: 2) { id message } } }`,
        { id: run, after },
      );
      return flowRun.logs;
    };
    const first = await page();
    expect(first.map((log: Answer) => log.message)).toEqual(["line 1", "line 2"]);
    const second = await page(first[1].id);
    expect(second.map((log: Answer) => log.message)).toEqual(["line 3", "line 4"]);
  });

  it.each([
    ["{ flowRuns(first: 100000) { id } }", "first"],
    [`{ flowRuns(stateType: ["Done"]) { id } }`, "stateType"],
  ])("refuse %s", async (query, path) => {
    await expect(server.gql(query)).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      details: { path },
    });
  });

  it("refuse requests that ask for too much at once", async () => {
    const nested = `{ projects { flows { versions { flow { versions { flow { name } } } } } } }`;
    const wide = `{ ${Array.from({ length: 600 }, (_, index) => `s${index}: server { version }`).join(" ")} }`;
    const doubling = Array.from(
      { length: 9 },
      (_, index) => `fragment F${index} on Query { ...F${index + 1} ...F${index + 1} }`,
    );
    const bomb = `{ ...F0 } ${doubling.join(" ")} fragment F9 on Query { server { version } }`;
    for (const query of [nested, wide, bomb]) {
      await expect(server.gql(query)).rejects.toMatchObject({
        code: "INVALID_ARGUMENT",
        message: expect.stringContaining("too large"),
      });
    }
  });

  it("tell the caller nothing of a fault of the server's own, and the log all", async () => {
    await server.sql("alter table agent rename to agent_away");
    try {
      await expect(server.gql("{ agents { name } }")).rejects.toMatchObject({
        code: "INTERNAL",
        message: "The server failed; its log says why",
      });
    } finally {
      await server.sql("alter table agent_away rename to agent");
    }
    expect(server.log.join("\n")).toContain('relation "agent" does not exist');
  });
});
