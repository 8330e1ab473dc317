import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import type { ShapeOf } from "./shape.ts";
import { ENVIRONMENT_FILE, KEY_VALUE_PAIR, RESOURCE_REQUIREMENT, SECRET } from "./shared-shapes.ts";

export const CONTAINER_DEFINITION = {
  fields: {
    name: "string",
    image: "string",
    repositoryCredentials: {
      fields: {
        credentialsParameter: "string",
      },
    },
    cpu: "number",
    memory: "number",
    memoryReservation: "number",
    links: { list: "string" },
    portMappings: {
      list: {
        fields: {
          containerPort: "number",
          hostPort: "number",
          protocol: { oneOf: { tcp: true, udp: true } },
          name: "string",
          appProtocol: { oneOf: { grpc: true, http: true, http2: true } },
          containerPortRange: "string",
        },
      },
    },
    essential: "boolean",
    restartPolicy: {
      fields: {
        enabled: "boolean",
        ignoredExitCodes: { list: "number" },
        restartAttemptPeriod: "number",
      },
    },
    entryPoint: { list: "string" },
    command: { list: "string" },
    environment: { list: KEY_VALUE_PAIR },
    environmentFiles: { list: ENVIRONMENT_FILE },
    mountPoints: {
      list: {
        fields: {
          sourceVolume: "string",
          containerPath: "string",
          readOnly: "boolean",
        },
      },
    },
    volumesFrom: {
      list: {
        fields: {
          sourceContainer: "string",
          readOnly: "boolean",
        },
      },
    },
    linuxParameters: {
      fields: {
        capabilities: {
          fields: {
            add: { list: "string" },
            drop: { list: "string" },
          },
        },
        devices: {
          list: {
            fields: {
              hostPath: "string",
              containerPath: "string",
              permissions: { list: { oneOf: { mknod: true, read: true, write: true } } },
            },
          },
        },
        initProcessEnabled: "boolean",
        sharedMemorySize: "number",
        tmpfs: {
          list: {
            fields: {
              containerPath: "string",
              size: "number",
              mountOptions: { list: "string" },
            },
          },
        },
        maxSwap: "number",
        swappiness: "number",
      },
    },
    secrets: { list: SECRET },
    dependsOn: {
      list: {
        fields: {
          containerName: "string",
          condition: { oneOf: { COMPLETE: true, HEALTHY: true, START: true, SUCCESS: true } },
        },
      },
    },
    startTimeout: "number",
    stopTimeout: "number",
    versionConsistency: { oneOf: { disabled: true, enabled: true } },
    hostname: "string",
    user: "string",
    workingDirectory: "string",
    disableNetworking: "boolean",
    privileged: "boolean",
    readonlyRootFilesystem: "boolean",
    dnsServers: { list: "string" },
    dnsSearchDomains: { list: "string" },
    extraHosts: {
      list: {
        fields: {
          hostname: "string",
          ipAddress: "string",
        },
      },
    },
    dockerSecurityOptions: { list: "string" },
    interactive: "boolean",
    pseudoTerminal: "boolean",
    dockerLabels: { map: "string" },
    ulimits: {
      list: {
        fields: {
          name: {
            oneOf: {
              core: true,
              cpu: true,
              data: true,
              fsize: true,
              locks: true,
              memlock: true,
              msgqueue: true,
              nice: true,
              nofile: true,
              nproc: true,
              rss: true,
              rtprio: true,
              rttime: true,
              sigpending: true,
              stack: true,
            },
          },
          softLimit: "number",
          hardLimit: "number",
        },
      },
    },
    logConfiguration: {
      fields: {
        logDriver: {
          oneOf: {
            awsfirelens: true,
            awslogs: true,
            fluentd: true,
            gelf: true,
            journald: true,
            "json-file": true,
            splunk: true,
            syslog: true,
          },
        },
        options: { map: "string" },
        secretOptions: { list: SECRET },
      },
    },
    healthCheck: {
      fields: {
        command: { list: "string" },
        interval: "number",
        timeout: "number",
        retries: "number",
        startPeriod: "number",
      },
    },
    systemControls: {
      list: {
        fields: {
          namespace: "string",
          value: "string",
        },
      },
    },
    resourceRequirements: { list: RESOURCE_REQUIREMENT },
    firelensConfiguration: {
      fields: {
        type: { oneOf: { fluentbit: true, fluentd: true } },
        options: { map: "string" },
      },
    },
    credentialSpecs: { list: "string" },
  },
} as const satisfies ShapeOf<ContainerDefinition>;
