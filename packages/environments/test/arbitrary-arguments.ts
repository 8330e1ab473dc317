import type { FargateTaskEnvironmentOptions } from "@slipway/environments";
import fc from "fast-check";
import { FARGATE_SIZES } from "../src/fargate/sizes.ts";

/** A definition or a RunTask, without what stands elsewhere. */
type Part = fc.Arbitrary<FargateTaskEnvironmentOptions>;

const letters = (maxLength: number) =>
  fc.stringMatching(new RegExp(`^[a-z][a-z0-9-]{0,${maxLength - 1}}$`));
const variable = fc.record({
  // Apart from the reserved ones, which Slipway drops.
  name: fc.stringMatching(/^[A-Z][A-Z0-9_]{0,12}$/),
  value: fc.string({ maxLength: 20 }),
});
const variables = fc.uniqueArray(variable, { maxLength: 3, selector: ({ name }) => name });
const role = letters(20).map((name) => `arn:aws:iam::123456789012:role/${name}`);
const tags = fc.uniqueArray(
  fc.record({ key: letters(12), value: fc.stringMatching(/^[\w .:/=+@-]{0,20}$/) }),
  { maxLength: 3, selector: ({ key }) => key },
);

/** Each of Fargate's sizes, in both of AWS's notations. */
const size: Part = fc
  .tuple(fc.constantFrom(...FARGATE_SIZES), fc.boolean())
  .map(([{ cpu, memoryMiB }, inUnits]) =>
    inUnits
      ? { cpu: `${cpu / 1024} vCPU`, memory: `${memoryMiB / 1024} GB` }
      : { cpu: String(cpu), memory: String(memoryMiB) },
  );

const hex = fc.stringMatching(/^[0-9a-f]{8}$/);
const networkConfiguration = fc
  .record(
    {
      subnets: fc.array(
        hex.map((id) => `subnet-${id}`),
        { minLength: 1, maxLength: 3 },
      ),
      securityGroups: fc.array(
        hex.map((id) => `sg-${id}`),
        { maxLength: 2 },
      ),
      assignPublicIp: fc.constantFrom("ENABLED" as const, "DISABLED" as const),
    },
    { requiredKeys: ["subnets"] },
  )
  .map((awsvpcConfiguration) => ({ awsvpcConfiguration }));

const healthCheck = fc.record(
  {
    command: fc.constantFrom<string[]>(["CMD-SHELL", "exit 0"], ["CMD", "true"]),
    interval: fc.integer({ min: 5, max: 300 }),
    timeout: fc.integer({ min: 2, max: 60 }),
    retries: fc.integer({ min: 1, max: 10 }),
    startPeriod: fc.integer({ min: 0, max: 300 }),
  },
  { requiredKeys: ["command"] },
);

const logConfiguration = letters(12).map((group) => ({
  logDriver: "awslogs" as const,
  options: {
    "awslogs-group": `/${group}`,
    "awslogs-region": "eu-west-1",
    "awslogs-stream-prefix": "flow",
  },
}));

const port = fc.integer({ min: 1, max: 65_535 });
const mapping = fc.tuple(port, fc.boolean()).map(([containerPort, both]) => ({
  containerPort,
  ...(both ? { hostPort: containerPort } : {}),
  protocol: "tcp" as const,
}));

/** What a container may have beside its name. */
const container = fc.record(
  {
    environment: variables,
    cpu: fc.integer({ min: 0, max: 64 }),
    memoryReservation: fc.integer({ min: 6, max: 64 }),
    stopTimeout: fc.integer({ min: 2, max: 120 }),
    healthCheck,
    logConfiguration,
    dockerLabels: fc.dictionary(letters(8), fc.string({ maxLength: 12 }), { maxKeys: 2 }),
    workingDirectory: fc.constant("/tmp"),
    readonlyRootFilesystem: fc.constant(false),
    ulimits: fc
      .constantFrom(1024, 2048)
      .map((softLimit) => [{ name: "nofile" as const, softLimit, hardLimit: 4096 }]),
    portMappings: fc.array(mapping, { maxLength: 1 }),
  },
  { requiredKeys: [] },
);

/** One to three containers; sidecars end with the flow and may wait for it. Each mounts what volumes there are. */
const containers: Part = fc
  .tuple(
    fc.uniqueArray(letters(12), { minLength: 1, maxLength: 3 }),
    fc.array(container, { minLength: 3, maxLength: 3 }),
    fc.uniqueArray(letters(12), { maxLength: 2 }),
    fc.boolean(),
  )
  .map(([names, more, volumes, waits]) => ({
    containerDefinitions: names.map((name, index) => ({
      ...more[index],
      name,
      image: index === 0 ? "" : "busybox",
      essential: index === 0,
      mountPoints: volumes.map((volume) => ({
        sourceVolume: volume,
        containerPath: `/mnt/${volume}`,
      })),
      ...(index > 0 && waits
        ? { dependsOn: [{ containerName: names[0] ?? "", condition: "START" as const }] }
        : {}),
    })),
    volumes: volumes.map((name) => ({ name })),
  }));

const definition: Part = fc.record(
  {
    family: letters(20),
    taskRoleArn: role,
    // Logs go out with it.
    executionRoleArn: role,
    networkMode: fc.constant("awsvpc" as const),
    requiresCompatibilities: fc.constant(["FARGATE" as const]),
    pidMode: fc.constant("task" as const),
    ephemeralStorage: fc.integer({ min: 21, max: 200 }).map((sizeInGiB) => ({ sizeInGiB })),
    runtimePlatform: fc.constant({
      cpuArchitecture: "X86_64" as const,
      operatingSystemFamily: "LINUX" as const,
    }),
    enableFaultInjection: fc.boolean(),
  },
  { requiredKeys: ["family", "executionRoleArn", "networkMode", "requiresCompatibilities"] },
);

const strategy = fc.constantFrom<{ capacityProvider: string; weight: number; base?: number }[]>(
  [{ capacityProvider: "FARGATE_SPOT", weight: 1 }],
  [
    { capacityProvider: "FARGATE_SPOT", weight: 3 },
    { capacityProvider: "FARGATE", weight: 1, base: 1 },
  ],
);
const capacity: Part = fc.oneof(
  fc.constant({}),
  fc.constant({ launchType: "FARGATE" as const }),
  strategy.map((capacityProviderStrategy) => ({ capacityProviderStrategy })),
);

const run: Part = fc.record(
  {
    networkConfiguration,
    count: fc.constant(1),
    startedBy: letters(36),
    group: letters(12),
    platformVersion: fc.constantFrom("LATEST", "1.4.0"),
    propagateTags: fc.constantFrom("TASK_DEFINITION" as const, "NONE" as const),
    enableECSManagedTags: fc.boolean(),
    enableExecuteCommand: fc.constant(false),
    referenceId: letters(12),
    clientToken: letters(64),
  },
  { requiredKeys: ["networkConfiguration"] },
);

const policy: Part = fc.record(
  {
    stopGrace: fc.constantFrom("500ms", "5s", "1m"),
    onInfrastructureFailure: fc.record(
      {
        outOfMemory: fc.constant({ retries: 2, scaleMemory: { factor: 2, max: "120GB" } }),
        spot: fc.constant({ retries: 3, then: "on-demand" as const }),
        imagePull: fc.constant({ retries: 1, delay: "2s" }),
        capacity: fc.constant({ deadline: "1m", then: ["on-demand" as const] }),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);

/** Gives what belongs to one call in that call's group. */
function inGroups(
  forDefinition: FargateTaskEnvironmentOptions,
  forRun: FargateTaskEnvironmentOptions,
  grouped: readonly [boolean, boolean],
): FargateTaskEnvironmentOptions {
  return {
    ...(grouped[0] ? { registerTaskDefinition: forDefinition } : forDefinition),
    ...(grouped[1] ? { runTask: forRun } : forRun),
  };
}

/**
 * Arguments that AWS takes for Fargate, at random: both calls, flat and in groups, with a policy or without. For
 * properties that hold for whatever an author gives.
 */
export const arbitraryArguments: fc.Arbitrary<FargateTaskEnvironmentOptions> = fc
  .tuple(
    fc.tuple(size, containers, definition),
    fc.tuple(capacity, run),
    fc.record({ tags }, { requiredKeys: [] }),
    fc.tuple(fc.boolean(), fc.boolean()),
    policy,
    variables,
  )
  .map(([definitionParts, runParts, both, grouped, rules, overridden]) => {
    const forDefinition: FargateTaskEnvironmentOptions = Object.assign({}, ...definitionParts);
    const name = forDefinition.containerDefinitions?.[0]?.name;
    const overrides = { containerOverrides: [{ name, environment: overridden }] };
    const forRun = {
      ...runParts[0],
      ...runParts[1],
      ...(overridden.length > 0 ? { overrides } : {}),
    };
    return { ...inGroups(forDefinition, forRun, grouped), ...both, ...rules };
  });
