export type { Change } from "./changes.ts";
export { createLauncher } from "./create-launcher.ts";
export type { Check } from "./doctor/check.ts";
export { DURATION_NOTATION, parseDuration } from "./duration.ts";
export { FARGATE_CHANGES } from "./fargate/changes.ts";
export type { EcsClientDefaults, LauncherDefaults } from "./fargate/client-config.ts";
export {
  type Collected,
  type CollectOptions,
  collectGarbage,
} from "./fargate/collect/collect-garbage.ts";
export { diagnose } from "./fargate/diagnose.ts";
export { type DoctorOptions, doctorAws } from "./fargate/doctor/doctor-aws.ts";
export { renderFargateTask } from "./fargate/render.ts";
export type { ContainerRoles, StoppedTask } from "./fargate/stopped-task.ts";
export { KUBERNETES_CHANGES } from "./kubernetes/changes.ts";
export type { Collectable, CollectedJobs } from "./kubernetes/collect/collect-jobs.ts";
export {
  type CollectKubernetesOptions,
  collectKubernetes,
} from "./kubernetes/collect/collect-kubernetes.ts";
export type { KnownRun } from "./kubernetes/collect/judge-launched.ts";
export {
  doctorKubernetes,
  type KubernetesDoctorOptions,
  type KubernetesExamination,
} from "./kubernetes/doctor/doctor-kubernetes.ts";
export { printedRole } from "./kubernetes/doctor/printed-role.ts";
