import { FargateTaskEnvironment, type FargateTaskEnvironmentOptions } from "@slipway/environments";
import { renderFargateTask } from "@slipway/environments/launch";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fargateArguments } from "../src/fargate/fargate-arguments.ts";
import { arbitraryArguments } from "./arbitrary-arguments.ts";
import { REQUEST } from "./launch-request.ts";

const argumentsOf = (options: FargateTaskEnvironmentOptions) =>
  new FargateTaskEnvironment(options).serialize().arguments;
const earlier = fc.array(
  fc.constantFrom("OutOfMemory", "SpotInterruption", "ImagePull", "Capacity"),
  { maxLength: 8 },
);

describe("arguments that AWS takes", () => {
  it("are taken, whether they stand flat or in groups", () => {
    fc.assert(fc.property(arbitraryArguments, (options) => void argumentsOf(options)));
  });

  it("arrive as they were given but for what is listed", () => {
    fc.assert(
      fc.property(arbitraryArguments, (options) => {
        const args = argumentsOf(options);
        const { definition, run } = fargateArguments(args);
        const rendered = renderFargateTask(args, REQUEST);
        const { containerDefinitions, tags, ...rest } = rendered["RegisterTaskDefinition"] ?? {};
        const { containerDefinitions: given, tags: _, ...kept } = definition;
        expect(rest).toEqual(kept);
        expect([containerDefinitions].flat().slice(1)).toEqual([given].flat().slice(1));
        const {
          overrides,
          clientToken,
          taskDefinition,
          tags: ofTask,
          ...sent
        } = rendered["RunTask"] ?? {};
        const { overrides: __, clientToken: ___, tags: ____, ...authors } = run;
        expect(sent).toMatchObject(authors);
        const added = Object.keys(sent).filter((name) => !Object.hasOwn(authors, name));
        expect(["startedBy", "propagateTags", "enableECSManagedTags", "launchType"]).toEqual(
          expect.arrayContaining(added),
        );
      }),
    );
  });

  it("render the same twice, whatever went wrong before, and within AWS's limits", () => {
    fc.assert(
      fc.property(arbitraryArguments, earlier, (options, causes) => {
        const args = argumentsOf(options);
        const request = { ...REQUEST, attempt: causes.length + 1, earlier: causes };
        const first = renderFargateTask(args, request);
        expect(renderFargateTask(args, request)).toEqual(first);
        const run = first["RunTask"] ?? {};
        expect(JSON.stringify(run["overrides"]).length).toBeLessThanOrEqual(8192);
        expect(run["clientToken"]).toMatch(/^[!-~]{1,64}$/);
        expect([run["launchType"], run["capacityProviderStrategy"]]).toContain(undefined);
      }),
    );
  });

  it("are registered once, whatever the run and its attempts are", () => {
    fc.assert(
      fc.property(arbitraryArguments, earlier, fc.uuid(), (options, causes, flowRunId) => {
        const args = argumentsOf(options);
        const definition = renderFargateTask(args, REQUEST)["RegisterTaskDefinition"];
        const other = { ...REQUEST, flowRunId, attempt: 9, earlier: causes, attemptId: flowRunId };
        expect(renderFargateTask(args, other)["RegisterTaskDefinition"]).toEqual(definition);
      }),
    );
  });
});
