import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { fetchTaskLimits, parseTaskLimits } from "./task-limits.ts";

it.each([
  [
    { Limits: { CPU: 0.25, Memory: 512 }, Family: "f" },
    { cpu: 0.25, memoryMiB: 512 },
  ],
  [{ Limits: { Memory: 512 } }, { cpu: undefined, memoryMiB: 512 }],
  [{ Limits: { CPU: "1", Memory: -1 } }, { cpu: undefined, memoryMiB: undefined }],
  [{ Limits: null }, {}],
  [[], {}],
])("of %j come %j", (task, limits) => {
  expect(parseTaskLimits(task)).toEqual(limits);
});

it("asks the task metadata endpoint, and says nothing where there is none", async () => {
  const server = createServer((request, response) => {
    response.end(JSON.stringify({ Limits: { CPU: request.url === "/v4/id/task" ? 2 : 9 } }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  expect(await fetchTaskLimits(`http://127.0.0.1:${port}/v4/id`)).toMatchObject({ cpu: 2 });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  expect(await fetchTaskLimits(`http://127.0.0.1:${port}/v4/id`)).toEqual({});
});
