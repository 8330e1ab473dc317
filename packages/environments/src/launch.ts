export { createLauncher } from "./create-launcher.ts";
export { type Change, FARGATE_CHANGES } from "./fargate/changes.ts";
export type { EcsClientDefaults } from "./fargate/client-config.ts";
export { diagnose } from "./fargate/diagnose.ts";
export { renderFargateTask } from "./fargate/render.ts";
export type { ContainerRoles, StoppedTask } from "./fargate/stopped-task.ts";
export { KUBERNETES_CHANGES, renderJob } from "./kubernetes/render.ts";
