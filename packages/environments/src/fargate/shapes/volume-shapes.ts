import type { TaskVolumeConfiguration, Volume } from "@aws-sdk/client-ecs";
import type { ShapeOf } from "./shape.ts";
import { TAG } from "./shared-shapes.ts";

export const VOLUME = {
  fields: {
    name: "string",
    host: {
      fields: {
        sourcePath: "string",
      },
    },
    dockerVolumeConfiguration: {
      fields: {
        scope: { oneOf: { shared: true, task: true } },
        autoprovision: "boolean",
        driver: "string",
        driverOpts: { map: "string" },
        labels: { map: "string" },
      },
    },
    efsVolumeConfiguration: {
      fields: {
        fileSystemId: "string",
        rootDirectory: "string",
        transitEncryption: { oneOf: { DISABLED: true, ENABLED: true } },
        transitEncryptionPort: "number",
        authorizationConfig: {
          fields: {
            accessPointId: "string",
            iam: { oneOf: { DISABLED: true, ENABLED: true } },
          },
        },
      },
    },
    s3filesVolumeConfiguration: {
      fields: {
        fileSystemArn: "string",
        rootDirectory: "string",
        transitEncryptionPort: "number",
        accessPointArn: "string",
      },
    },
    fsxWindowsFileServerVolumeConfiguration: {
      fields: {
        fileSystemId: "string",
        rootDirectory: "string",
        authorizationConfig: {
          fields: {
            credentialsParameter: "string",
            domain: "string",
          },
        },
      },
    },
    configuredAtLaunch: "boolean",
  },
} as const satisfies ShapeOf<Volume>;

export const TASK_VOLUME_CONFIGURATION = {
  fields: {
    name: "string",
    managedEBSVolume: {
      fields: {
        encrypted: "boolean",
        kmsKeyId: "string",
        volumeType: "string",
        sizeInGiB: "number",
        snapshotId: "string",
        volumeInitializationRate: "number",
        iops: "number",
        throughput: "number",
        tagSpecifications: {
          list: {
            fields: {
              resourceType: { oneOf: { volume: true } },
              tags: { list: TAG },
              propagateTags: { oneOf: { NONE: true, SERVICE: true, TASK_DEFINITION: true } },
            },
          },
        },
        roleArn: "string",
        terminationPolicy: {
          fields: {
            deleteOnTermination: "boolean",
          },
        },
        filesystemType: { oneOf: { ext3: true, ext4: true, ntfs: true, xfs: true } },
      },
    },
  },
} as const satisfies ShapeOf<TaskVolumeConfiguration>;
