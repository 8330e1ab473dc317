export { createLauncher } from "./create-launcher.ts";
export { type Change, FARGATE_CHANGES } from "./fargate/changes.ts";
export type { EcsClientDefaults, LauncherDefaults } from "./fargate/client-config.ts";
export {
  type Collected,
  type CollectOptions,
  collectGarbage,
} from "./fargate/collect/collect-garbage.ts";
export { adviseEnvironment } from "./fargate/cost/advise-environment.ts";
export type { SizeAdvice } from "./fargate/cost/advise-size.ts";
export { type FargatePrices, parseFargatePrices } from "./fargate/cost/prices.ts";
export { diagnose } from "./fargate/diagnose.ts";
export type { AwsCheck } from "./fargate/doctor/aws-check.ts";
export { type DoctorOptions, doctorAws } from "./fargate/doctor/doctor-aws.ts";
export { checkAgainstImage } from "./fargate/image-platform.ts";
export type { Notice } from "./fargate/plan/notice.ts";
export { registrationNotices } from "./fargate/plan/notices.ts";
export { type FargatePlan, planFargate } from "./fargate/plan/plan.ts";
export { renderFargateTask } from "./fargate/render.ts";
export type { ContainerRoles, StoppedTask } from "./fargate/stopped-task.ts";
export { KUBERNETES_CHANGES, renderJob } from "./kubernetes/render.ts";
