export type { Change } from "./fargate/changes.ts";
export { FARGATE_CHANGES } from "./fargate/changes.ts";
export { FargateTaskEnvironment } from "./fargate/fargate-task-environment.ts";
export type { FargateTaskEnvironmentOptions, StaticCredentials } from "./fargate/options.ts";
export type {
  CapacityOptions,
  InfrastructureFailureOptions,
  LaunchVariant,
  MemoryScalingOptions,
  OutOfMemoryOptions,
  RetryRuleOptions,
  SpotOptions,
} from "./fargate/retry-policy/options.ts";
export { scaleMemory } from "./fargate/retry-policy/scale-memory.ts";
export {
  KubernetesJobEnvironment,
  type KubernetesJobEnvironmentOptions,
} from "./kubernetes/kubernetes-job-environment.ts";
export { KUBERNETES_CHANGES } from "./kubernetes/render.ts";
