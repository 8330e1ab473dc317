export type { Change } from "./changes.ts";
export { FARGATE_CHANGES } from "./fargate/changes.ts";
export { FargateTaskEnvironment } from "./fargate/fargate-task-environment.ts";
export type { FargateTaskEnvironmentOptions, StaticCredentials } from "./fargate/options.ts";
export type {
  CapacityOptions,
  InfrastructureFailureOptions,
  LaunchVariant,
  SpotOptions,
} from "./fargate/retry-policy/options.ts";
export { KUBERNETES_CHANGES } from "./kubernetes/changes.ts";
export { KubernetesJobEnvironment } from "./kubernetes/kubernetes-job-environment.ts";
export type { JobManifest, KubernetesJobEnvironmentOptions } from "./kubernetes/options.ts";
export type {
  KubernetesCapacityOptions,
  KubernetesFailureOptions,
} from "./kubernetes/retry-policy/options.ts";
export type {
  MemoryScalingOptions,
  OutOfMemoryOptions,
  RetryRuleOptions,
} from "./retry-policy/options.ts";
export { scaleMemory } from "./retry-policy/scale-memory.ts";
