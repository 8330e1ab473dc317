import type {
  ECSClientConfig,
  RegisterTaskDefinitionCommandInput,
  RunTaskCommandInput,
} from "@aws-sdk/client-ecs";

// The tables are complete by the compiler's word: a field that AWS adds breaks the build when the SDK is upgraded.

/** Every field of RegisterTaskDefinition. */
export const DEFINITION_FIELDS = {
  family: true,
  taskRoleArn: true,
  executionRoleArn: true,
  networkMode: true,
  containerDefinitions: true,
  volumes: true,
  placementConstraints: true,
  requiresCompatibilities: true,
  cpu: true,
  memory: true,
  tags: true,
  pidMode: true,
  ipcMode: true,
  proxyConfiguration: true,
  inferenceAccelerators: true,
  ephemeralStorage: true,
  runtimePlatform: true,
  enableFaultInjection: true,
} as const satisfies Record<keyof RegisterTaskDefinitionCommandInput, true>;

/** Every field of RunTask. */
export const RUN_FIELDS = {
  capacityProviderStrategy: true,
  cluster: true,
  count: true,
  enableECSManagedTags: true,
  enableExecuteCommand: true,
  group: true,
  launchType: true,
  networkConfiguration: true,
  overrides: true,
  placementConstraints: true,
  placementStrategy: true,
  platformVersion: true,
  propagateTags: true,
  referenceId: true,
  startedBy: true,
  tags: true,
  taskDefinition: true,
  clientToken: true,
  volumeConfigurations: true,
} as const satisfies Record<keyof RunTaskCommandInput, true>;

/** Every field of the client: `data` can be stored in an image, `code` (functions and instances) cannot. */
export const CLIENT_FIELDS = {
  region: "data",
  credentials: "data",
  endpoint: "data",
  maxAttempts: "data",
  retryMode: "data",
  profile: "data",
  defaultsMode: "data",
  useDualstackEndpoint: "data",
  useFipsEndpoint: "data",
  ignoreConfiguredEndpointUrls: "data",
  disableHostPrefix: "data",
  disableClockSkewCorrection: "data",
  systemClockOffset: "data",
  signingRegion: "data",
  signingEscapePath: "data",
  authSchemePreference: "data",
  customUserAgent: "data",
  userAgentAppId: "data",
  apiVersion: "data",
  tls: "data",
  cacheMiddleware: "data",
  requestHandler: "data",
  protocol: "code",
  protocolSettings: "code",
  sha256: "code",
  urlParser: "code",
  bodyLengthChecker: "code",
  streamCollector: "code",
  base64Decoder: "code",
  base64Encoder: "code",
  utf8Decoder: "code",
  utf8Encoder: "code",
  runtime: "code",
  serviceId: "code",
  defaultUserAgentProvider: "code",
  credentialDefaultProvider: "code",
  logger: "code",
  extensions: "code",
  retryStrategy: "code",
  endpointProvider: "code",
  serviceConfiguredEndpoint: "code",
  httpAuthSchemes: "code",
  httpAuthSchemeProvider: "code",
  signer: "code",
  signerConstructor: "code",
} as const satisfies Record<keyof ECSClientConfig, "data" | "code">;

/** The names that the original system gave to four of the client's arguments, and where each goes. */
export const CLIENT_ALIASES = {
  awsAccessKeyId: "credentials.accessKeyId",
  awsSecretAccessKey: "credentials.secretAccessKey",
  awsSessionToken: "credentials.sessionToken",
  regionName: "region",
} as const;

/** Tells whether RegisterTaskDefinition alone has the field, so that it asks for a definition of one's own. */
export function isDefinitionOnly(name: string): boolean {
  return (
    Object.hasOwn(DEFINITION_FIELDS, name) && !Object.hasOwn(RUN_FIELDS, name) && name !== "family"
  );
}
