export {
  FargateTaskEnvironment,
  type FargateTaskEnvironmentOptions,
  type InfrastructureFailureOptions,
  KubernetesJobEnvironment,
  type KubernetesJobEnvironmentOptions,
  type LaunchVariant,
  scaleMemory,
} from "@slipway/environments";
