import type { ECSClientConfig } from "@aws-sdk/client-ecs";
import { DEFINITION_FIELDS, RUN_FIELDS } from "./shapes/call-shapes.ts";
import type { Fields } from "./shapes/shape.ts";

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

/** The shapes of the client's fields, of those that have a plain one. */
export const CLIENT_SHAPES: Fields = {
  region: "string",
  credentials: {
    fields: {
      accessKeyId: "string",
      secretAccessKey: "string",
      sessionToken: "string",
      accountId: "string",
      credentialScope: "string",
    },
  },
  endpoint: "string",
  maxAttempts: "number",
  retryMode: { oneOf: { standard: true, adaptive: true } },
  profile: "string",
  useDualstackEndpoint: "boolean",
  useFipsEndpoint: "boolean",
  ignoreConfiguredEndpointUrls: "boolean",
  disableHostPrefix: "boolean",
  disableClockSkewCorrection: "boolean",
  systemClockOffset: "number",
  signingRegion: "string",
  signingEscapePath: "boolean",
  authSchemePreference: { list: "string" },
  userAgentAppId: "string",
  tls: "boolean",
  cacheMiddleware: "boolean",
  requestHandler: "object",
  awsAccessKeyId: "string",
  awsSecretAccessKey: "string",
  awsSessionToken: "string",
  regionName: "string",
};

/** Tells whether RegisterTaskDefinition alone has the field, so that it asks for a definition of one's own. */
export function isDefinitionOnly(name: string): boolean {
  return (
    Object.hasOwn(DEFINITION_FIELDS, name) && !Object.hasOwn(RUN_FIELDS, name) && name !== "family"
  );
}
