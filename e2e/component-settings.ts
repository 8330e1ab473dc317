const VARIABLES = {
  registry: "SLIPWAY_TEST_REGISTRY",
  baseImage: "SLIPWAY_TEST_BASE_IMAGE",
  dockerHost: "DOCKER_HOST",
  ministack: "SLIPWAY_TEST_MINISTACK",
  kubeconfig: "SLIPWAY_TEST_KUBECONFIG",
  helm: "SLIPWAY_TEST_HELM",
  kubeNode: "SLIPWAY_TEST_KUBE_NODE",
  kubeControl: "SLIPWAY_TEST_KUBE_CONTROL",
  databaseUrl: "SLIPWAY_TEST_DATABASE_URL",
} as const;

/** What `npm run test:components` tells of a component that it started. Throws where it did not. */
export function componentSetting(name: keyof typeof VARIABLES): string {
  const value = process.env[VARIABLES[name]];
  if (!value) throw new Error(`${VARIABLES[name]} is not set: run npm run test:components`);
  return value;
}
