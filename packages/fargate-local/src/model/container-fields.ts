import { z } from "zod";

/** What a container definition says of its files, its health and its process, field by field. */

export const healthCheckSchema = z.looseObject({
  command: z.array(z.string()),
  interval: z.int().optional(),
  timeout: z.int().optional(),
  retries: z.int().optional(),
  startPeriod: z.int().optional(),
});

export const mountPointsSchema = z.array(
  z.looseObject({
    sourceVolume: z.string().optional(),
    containerPath: z.string().optional(),
    readOnly: z.boolean().optional(),
  }),
);

export const volumesFromSchema = z.array(
  z.looseObject({ sourceContainer: z.string().optional(), readOnly: z.boolean().optional() }),
);

export const ulimitsSchema = z.array(
  z.looseObject({ name: z.string(), softLimit: z.int(), hardLimit: z.int() }),
);

export const linuxParametersSchema = z.looseObject({
  initProcessEnabled: z.boolean().optional(),
  tmpfs: z
    .array(
      z.looseObject({
        containerPath: z.string(),
        size: z.int(),
        mountOptions: z.array(z.string()).optional(),
      }),
    )
    .optional(),
  capabilities: z
    .looseObject({ add: z.array(z.string()).optional(), drop: z.array(z.string()).optional() })
    .optional(),
});

export const volumesSchema = z.array(
  z.looseObject({
    name: z.string().optional(),
    host: z.looseObject({ sourcePath: z.string().optional() }).optional(),
    dockerVolumeConfiguration: z.looseObject({}).optional(),
    efsVolumeConfiguration: z
      .looseObject({
        fileSystemId: z.string(),
        rootDirectory: z.string().optional(),
        authorizationConfig: z.looseObject({ accessPointId: z.string().optional() }).optional(),
      })
      .optional(),
  }),
);

export type HealthCheck = z.infer<typeof healthCheckSchema>;
