import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import type { HealthStatus } from "../../model/health.ts";
import { watchHealth } from "./watch-health.ts";

it("takes a command that cannot even be tried for a check that fails", async () => {
  const told: HealthStatus[] = [];
  let end = () => {};
  const exited = new Promise<void>((resolve) => {
    end = resolve;
  });
  const check = { command: [], interval: 0.01, retries: 2 };
  const process = { command: ["node", "null\0byte"], cwd: "/", env: {} };
  const watching = watchHealth(check, process, (status) => told.push(status), exited);
  await expect.poll(() => told).toEqual(["UNHEALTHY"]);
  await delay(30);
  end();
  await watching;
  expect(told).toEqual(["UNHEALTHY"]);
});
