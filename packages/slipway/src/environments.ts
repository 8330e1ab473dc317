export {
  FargateTaskEnvironment,
  type FargateTaskEnvironmentOptions,
  KubernetesJobEnvironment,
  type KubernetesJobEnvironmentOptions,
} from "@slipway/environments";
