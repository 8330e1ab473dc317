import { awslogs, containers, flow, type RefusedRow, sidecar, times } from "./fargate-options.ts";

const at = (rest: string, index = 0) => `containerDefinitions[${index}].${rest}`;
const health = (healthCheck: object) => flow({ healthCheck });

/** By rule: what AWS refuses of a definition. */
export const REFUSED_DEFINITIONS: Readonly<Record<string, readonly RefusedRow[]>> = {
  ports: [
    {
      options: flow({ portMappings: [{ containerPort: 0 }] }),
      path: at("portMappings[0].containerPort"),
      mend: /1 to 65535/,
    },
    {
      options: flow({ portMappings: [{ containerPort: 70_000 }] }),
      path: at("portMappings[0].containerPort"),
      mend: /65535/,
    },
    {
      options: flow({ portMappings: [{ containerPort: 80, hostPort: 8080 }] }),
      path: at("portMappings[0].hostPort"),
      mend: /leave hostPort out/,
    },
  ],
  "ephemeral storage": [
    {
      options: { ephemeralStorage: { sizeInGiB: 20 } },
      path: "ephemeralStorage.sizeInGiB",
      mend: /21 to 200/,
    },
    {
      options: { ephemeralStorage: { sizeInGiB: 201 } },
      path: "ephemeralStorage.sizeInGiB",
      mend: /21 to 200/,
    },
    {
      options: { ephemeralStorage: { sizeInGiB: 21.5 } },
      path: "ephemeralStorage.sizeInGiB",
      mend: /whole numbers/,
    },
    {
      options: { overrides: { ephemeralStorage: { sizeInGiB: 1 } } },
      path: "overrides.ephemeralStorage.sizeInGiB",
      mend: /21 to 200/,
    },
  ],
  containers: [
    { options: flow({ essential: false }), path: at("essential"), mend: /leave it out/ },
    {
      options: flow({ restartPolicy: { enabled: true } }),
      path: at("restartPolicy.enabled"),
      mend: /leave it out/,
    },
    { options: containers({ name: "a b" }), path: at("name"), mend: /letters, digits/ },
    { options: containers({ name: "a.b" }), path: at("name"), mend: /hyphens/ },
    { options: containers({ name: "a" }, { image: "x" }), path: at("name", 1), mend: /1 to 255/ },
    {
      options: containers({ name: "a" }, { ...sidecar, name: "a" }),
      path: at("name", 1),
      mend: /containerDefinitions\[0\]\.name/,
    },
    {
      options: containers({}, { ...sidecar, name: "flow" }),
      path: at("name", 1),
      mend: /name of its own/,
    },
    {
      options: containers({}, { ...sidecar, image: "" }),
      path: at("image", 1),
      mend: /the first container/,
    },
    {
      options: containers(
        ...times(11).map((index) => ({ ...sidecar, name: `c${index}`, essential: true })),
      ),
      path: "containerDefinitions",
      mend: /takes 10/,
    },
    { options: flow({ stopTimeout: 1 }), path: at("stopTimeout"), mend: /2 to 120/ },
    { options: flow({ stopTimeout: 121 }), path: at("stopTimeout"), mend: /2 to 120/ },
    { options: flow({ stopTimeout: 2.5 }), path: at("stopTimeout"), mend: /whole/ },
  ],
  "container sizes": [
    { options: flow({ memory: 1024 }), path: at("memory"), mend: /task's `memory` is 512/ },
    {
      options: flow({ memory: 128, memoryReservation: 256 }),
      path: at("memoryReservation"),
      mend: /is 128/,
    },
    {
      options: containers({ cpu: 200 }, { ...sidecar, cpu: 100 }),
      path: "containerDefinitions",
      mend: /300 of `cpu` together/,
    },
    {
      options: containers({ memory: 500 }, { ...sidecar, memory: 100 }),
      path: "containerDefinitions",
      mend: /600 of `memory` together/,
    },
  ],
  dependencies: [
    {
      options: containers({ dependsOn: [{ containerName: "sied", condition: "START" }] }, sidecar),
      path: at("dependsOn[0].containerName"),
      mend: /did you mean "side"/,
    },
    {
      options: containers({ dependsOn: [{ containerName: "side" }] }, sidecar),
      path: at("dependsOn[0].condition"),
      mend: /is missing/,
    },
    {
      options: containers(
        { dependsOn: [{ containerName: "side", condition: "HEALTHY" }] },
        sidecar,
      ),
      path: at("dependsOn[0].condition"),
      mend: /healthCheck/,
    },
    {
      options: containers(
        { dependsOn: [{ containerName: "side", condition: "SUCCESS" }] },
        { ...sidecar, essential: true },
      ),
      path: at("dependsOn[0].condition"),
      mend: /essential: false/,
    },
    {
      options: containers({ dependsOn: [{ containerName: "flow", condition: "START" }] }),
      path: at("dependsOn"),
      mend: /flow → flow/,
    },
    {
      options: containers(
        { dependsOn: [{ containerName: "side", condition: "START" }] },
        { ...sidecar, dependsOn: [{ containerName: "flow", condition: "START" }] },
      ),
      path: at("dependsOn"),
      mend: /flow → side → flow/,
    },
    {
      options: flow({ volumesFrom: [{ sourceContainer: "nobody" }] }),
      path: at("volumesFrom[0].sourceContainer"),
      mend: /has flow/,
    },
  ],
  "health checks": [
    { options: health({ command: [] }), path: at("healthCheck.command"), mend: /CMD-SHELL/ },
    { options: health({ command: ["curl", "x"] }), path: at("healthCheck.command"), mend: /CMD/ },
    {
      options: health({ command: ["CMD", "x"], interval: 1 }),
      path: at("healthCheck.interval"),
      mend: /5 to 300/,
    },
    {
      options: health({ command: ["CMD", "x"], retries: 0 }),
      path: at("healthCheck.retries"),
      mend: /1 to 10/,
    },
  ],
  logs: [
    {
      options: flow({ logConfiguration: { logDriver: "json-file" } }),
      path: at("logConfiguration.logDriver"),
      mend: /awslogs, splunk, awsfirelens/,
    },
    {
      options: flow({ logConfiguration: { logDriver: "syslog" } }),
      path: at("logConfiguration.logDriver"),
      mend: /awsfirelens/,
    },
    {
      options: flow({ logConfiguration: {} }),
      path: at("logConfiguration.logDriver"),
      mend: /awslogs/,
    },
    {
      options: flow({ logConfiguration: awslogs }, { executionRoleArn: "" }),
      path: "executionRoleArn",
      mend: /a role's name/,
    },
    {
      options: flow({
        logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": "/g" } },
      }),
      path: at("logConfiguration.options.awslogs-region"),
      mend: /is missing/,
    },
  ],
  secrets: [
    {
      options: flow({ secrets: [{ name: "A", valueFrom: "arn:a" }] }),
      path: at("secrets[0].valueFrom"),
      mend: /Secrets Manager/,
    },
    { options: flow({ secrets: [{ name: "A" }] }), path: at("secrets[0].valueFrom"), mend: /SSM/ },
    {
      options: flow({ secrets: [{ name: "A", valueFrom: "arn:aws:s3:::bucket/secret" }] }),
      path: at("secrets[0].valueFrom"),
      mend: /ARN of a secret/,
    },
    {
      options: flow({
        logConfiguration: { ...awslogs, secretOptions: [{ name: "A", valueFrom: "two words" }] },
      }),
      path: at("logConfiguration.secretOptions[0].valueFrom"),
      mend: /SSM parameter/,
    },
  ],
  volumes: [
    { options: { volumes: [{ name: "a b" }] }, path: "volumes[0].name", mend: /letters/ },
    {
      options: { volumes: [{ name: "a" }, { name: "a" }] },
      path: "volumes[1].name",
      mend: /volumes\[0\]\.name/,
    },
    {
      options: flow({ mountPoints: [{ sourceVolume: "dtaa" }] }, { volumes: [{ name: "data" }] }),
      path: at("mountPoints[0].sourceVolume"),
      mend: /did you mean "data"/,
    },
    {
      options: flow({ mountPoints: [{ containerPath: "/x" }] }),
      path: at("mountPoints[0].sourceVolume"),
      mend: /no volumes/,
    },
  ],
  platform: [
    {
      options: { runtimePlatform: { operatingSystemFamily: "WINDOWS_SERVER_2016_FULL" } },
      path: "runtimePlatform.operatingSystemFamily",
      mend: /LINUX/,
    },
    {
      options: { runtimePlatform: { operatingSystemFamily: "WINDOWS_SERVER_2004_CORE" } },
      path: "runtimePlatform.operatingSystemFamily",
      mend: /WINDOWS_SERVER_2022_CORE/,
    },
    {
      options: {
        runtimePlatform: {
          operatingSystemFamily: "WINDOWS_SERVER_2022_CORE",
          cpuArchitecture: "ARM64",
        },
      },
      path: "runtimePlatform.cpuArchitecture",
      mend: /X86_64/,
    },
    {
      options: { runtimePlatform: { operatingSystemFamily: "WINDOWS_SERVER_2022_CORE" } },
      path: "cpu",
      mend: /for Windows; it has 1024, 2048, 4096/,
    },
  ],
};
