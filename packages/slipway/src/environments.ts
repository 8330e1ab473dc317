export {
  FargateTaskEnvironment,
  type FargateTaskEnvironmentOptions,
  type InfrastructureFailureOptions,
  type JobManifest,
  type KubernetesFailureOptions,
  KubernetesJobEnvironment,
  type KubernetesJobEnvironmentOptions,
  type LaunchVariant,
  scaleMemory,
} from "@slipway/environments";
