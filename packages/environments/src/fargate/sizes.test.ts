import { describe, expect, it } from "vitest";
import { FargateTaskEnvironment } from "./fargate-task-environment.ts";

/** AWS's table, in MiB: the first and last memory of each CPU size, and the step between. */
const TABLE = [
  { cpu: 512, from: 1024, to: 4096, step: 1024 },
  { cpu: 1024, from: 2048, to: 8192, step: 1024 },
  { cpu: 2048, from: 4096, to: 16384, step: 1024 },
  { cpu: 4096, from: 8192, to: 30720, step: 1024 },
  { cpu: 8192, from: 16384, to: 61440, step: 4096 },
  { cpu: 16384, from: 32768, to: 122880, step: 8192 },
];

const make = (options: object) => () => new FargateTaskEnvironment(options);
const refused = (path: string, given: string) =>
  expect.objectContaining({
    code: "ENVIRONMENT_INVALID",
    details: expect.objectContaining({ path, given, accepted: expect.anything() }),
  });

describe("a Fargate task's size", () => {
  it.each(TABLE)(
    "takes cpu $cpu with $from to $to MiB in steps of $step",
    ({ cpu, from, to, step }) => {
      const fits = (memory: number) => make({ cpu: String(cpu), memory: String(memory) });
      for (let memory = from; memory <= to; memory += step) expect(fits(memory)).not.toThrow();
      for (const memory of [from - step, from + step / 2, to + step]) {
        expect(fits(memory)).toThrow(refused("memory", String(memory)));
      }
    },
  );

  it("takes cpu 256 with 512, 1024 and 2048 MiB", () => {
    for (const memory of ["512", "1024", "2048"])
      expect(make({ cpu: "256", memory })).not.toThrow();
    expect(make({ cpu: "256", memory: "8192" })).toThrow(refused("memory", "8192"));
    expect(make({ cpu: "256", memory: "8192" })).toThrow(/512, 1024, 2048/);
  });

  it.each([
    [".25 vCPU", "0.5GB"],
    ["0.25 vcpu", "1 GB"],
    ["1 vCPU", "2GB"],
    ["16 vCPU", "120 gb"],
  ])("reads AWS's other notation: %s with %s", (cpu, memory) => {
    expect(make({ cpu, memory })).not.toThrow();
  });

  it("refuses sizes that are no texts, and a CPU size that Fargate does not have", () => {
    expect(make({ cpu: 256, memory: "512" })).toThrow(
      expect.objectContaining({ code: "ENVIRONMENT_INVALID" }),
    );
    expect(make({ cpu: "300" })).toThrow(refused("cpu", "300"));
    expect(make({ cpu: "1 vCPU", memory: "1GB" })).toThrow(refused("memory", "1GB"));
    expect(make({ memory: "lots" })).toThrow(refused("memory", "lots"));
  });

  it("looks at the overrides, too", () => {
    const options = { cpu: "256", memory: "512", overrides: { memory: "4096" } };
    expect(make(options)).toThrow(refused("overrides.memory", "4096"));
  });

  it("is none of our business where the task is not for Fargate", () => {
    expect(make({ launchType: "EC2", cpu: "300", memory: "100" })).not.toThrow();
    const own = [{ capacityProvider: "my-machines" }];
    expect(make({ capacityProviderStrategy: own, cpu: "300", memory: "100" })).not.toThrow();
    const spot = [{ capacityProvider: "FARGATE_SPOT" }];
    expect(make({ capacityProviderStrategy: spot, cpu: "300" })).toThrow(refused("cpu", "300"));
    expect(make({ launchType: "EC2", requiresCompatibilities: ["FARGATE"], cpu: "300" })).toThrow(
      refused("cpu", "300"),
    );
  });
});
