import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Answer,
  cancel,
  claim,
  claimedRun,
  createRun,
  endAttempt,
  flowState,
  record,
  register,
  release,
  startRun,
  startTestServer,
  type TestServer,
} from "./harness.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

/** The events of a subscription, with a way to wait for the next. */
async function subscribe(query: string, variables: object = {}) {
  const abort = new AbortController();
  const response = await fetch(server.graphqlUrl, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream" },
    body: JSON.stringify({ query, variables }),
    signal: abort.signal,
  });
  const events = readEvents(response);
  const next = async (): Promise<Answer> => (await events.next()).value;
  return { next, close: () => abort.abort(), type: response.headers.get("content-type") };
}

/** The data of each event; what has none (pings, the end) is passed over. */
async function* readEvents({ body }: Response): AsyncGenerator<Answer> {
  let text = "";
  for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = (text + chunk).split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const data = /^data: (.+)$/m.exec(block)?.[1];
      if (data) yield JSON.parse(data);
    }
  }
}

const work = (labels: string[], agent = "w") =>
  subscribe(
    "subscription ($agent: String!, $labels: [String!]!) { workAvailable(agent: $agent, labels: $labels) }",
    { agent, labels },
  );

const within = async <T>(ms: number, promise: Promise<T>): Promise<T> => {
  const start = Date.now();
  const value = await promise;
  expect(Date.now() - start).toBeLessThan(ms);
  return value;
};

describe("workAvailable", () => {
  it("says so at once, and again within 250 ms of a new run", async () => {
    const stream = await work(["wake"]);
    expect(stream.type).toBe("text/event-stream");
    expect(await stream.next()).toEqual({ data: { workAvailable: true } });
    const version = await register(server, "wake", { labels: ["wake"] });
    const woken = stream.next();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await createRun(server, version);
    expect(await within(250, woken)).toEqual({ data: { workAvailable: true } });
    stream.close();
  });

  it("wakes when a scheduled run becomes due", async () => {
    const stream = await work(["due"]);
    await stream.next();
    const version = await register(server, "due", { labels: ["due"] });
    const startAt = Date.now() + 700;
    await createRun(server, version, { scheduledStartTime: new Date(startAt).toISOString() });
    await stream.next();
    expect(Date.now()).toBeGreaterThanOrEqual(startAt);
    expect(Date.now() - startAt).toBeLessThan(250);
    expect((await claim(server, "w", { labels: ["due"] })).claimed).toHaveLength(1);
    stream.close();
  });

  it("stays silent about runs for other labels", async () => {
    const stream = await work(["unrelated"]);
    await stream.next();
    const version = await register(server, "related", { labels: ["related"] });
    await createRun(server, version);
    const silence = new Promise((resolve) => setTimeout(() => resolve("silence"), 300));
    expect(await Promise.race([stream.next(), silence])).toBe("silence");
    stream.close();
  });
});

describe("workAvailable, for what is launched already", () => {
  const silence = (ms: number) =>
    new Promise((resolve) => setTimeout(() => resolve("silence"), ms));

  it("wakes the agent of a run that is to end within 250 ms, once, and no other agent", async () => {
    const run = await claimedRun(server, "to end");
    const [own, other] = await Promise.all([work(["to end"], run.agent), work(["to end"])]);
    await Promise.all([own.next(), other.next()]);
    const woken = own.next();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const start = Date.now();
    await cancel(server, run.runId);
    expect(await woken).toEqual({ data: { workAvailable: true } });
    expect(Date.now() - start).toBeLessThan(250);
    // Whatever else rings does not say it again.
    const again = own.next();
    for (let count = 0; count < 5; count++)
      await server.sql("select pg_notify('slipway_work', '')");
    expect(await Promise.race([again, other.next(), silence(400)])).toBe("silence");
    own.close();
    other.close();
  });

  it("wakes another agent that fits when one gives an attempt back", async () => {
    const run = await claimedRun(server, "handed over");
    const stream = await work(["handed over"], "next");
    await stream.next();
    const woken = stream.next();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await release(server, run);
    expect(await within(250, woken)).toEqual({ data: { workAvailable: true } });
    expect((await claim(server, "next", { labels: ["handed over"] })).adopted).toHaveLength(1);
    stream.close();
  });

  it("wakes an agent when a run is to be tried again, at its time", async () => {
    const run = await claimedRun(server, "tried again");
    const stream = await work(["tried again"]);
    await stream.next();
    const startAt = Date.now() + 500;
    const retry = {
      startAt: new Date(startAt).toISOString(),
      reason: "retry 1 of 2",
      unlessStarted: true,
    };
    await endAttempt(server, run.agent, run.attempt.id, undefined, { retry });
    await stream.next();
    expect(Date.now()).toBeGreaterThanOrEqual(startAt);
    expect(Date.now() - startAt).toBeLessThan(250);
    stream.close();
  });
});

describe("flowRunChanged", () => {
  const watch = (id: string) =>
    subscribe("subscription ($id: ID!) { flowRunChanged(id: $id) { stateType stateVersion } }", {
      id,
    });

  it("tells the run as it is, and each change within 250 ms", async () => {
    const run = await claimedRun(server, "watched");
    const stream = await watch(run.runId);
    expect(await stream.next()).toMatchObject({
      data: { flowRunChanged: { stateType: "Submitted" } },
    });
    const token = await startRun(server, run.bootstrapToken);
    const started = Date.now();
    await record(server, token, 0, [flowState("Running")]);
    let seen = await stream.next();
    while (seen.data.flowRunChanged.stateType !== "Running") seen = await stream.next();
    expect(Date.now() - started).toBeLessThan(250);
    stream.close();
  });

  it("gathers many changes into few events, and leaves none out", async () => {
    const run = await claimedRun(server, "busy");
    const token = await startRun(server, run.bootstrapToken);
    const stream = await watch(run.runId);
    await stream.next();
    await record(server, token, 0, [flowState("Running")]);
    for (let index = 1; index <= 40; index++) {
      await record(server, token, index, [
        { log: { timestamp: new Date().toISOString(), level: "info", message: "x" } },
      ]);
    }
    await record(server, token, 41, [flowState("Success")]);
    let events = 1;
    while ((await stream.next()).data.flowRunChanged.stateType !== "Success") events += 1;
    expect(events).toBeLessThan(30);
    stream.close();
  });

  it("refuses a run that is not there", async () => {
    const stream = await watch("01900000-0000-7000-8000-000000000000");
    expect(await stream.next()).toMatchObject({ errors: [{ extensions: { code: "NOT_FOUND" } }] });
  });

  it("tells a watcher of another server on the same database", async () => {
    const run = await claimedRun(server, "replica");
    const stream = await watch(run.runId);
    await stream.next();
    await server.sql("select pg_notify('slipway_run', $1)", [run.runId]);
    expect(await within(250, stream.next())).toMatchObject({ data: {} });
    stream.close();
  });
});

describe("the listening connection", () => {
  it("is opened again when it is lost, and nothing in between is missed", async () => {
    const stream = await work(["reconnect"]);
    await stream.next();
    const version = await register(server, "reconnect", { labels: ["reconnect"] });
    await server.sql(
      "select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen%'",
    );
    await createRun(server, version);
    expect(await within(2_000, stream.next())).toEqual({ data: { workAvailable: true } });
    stream.close();
  });
});
