import { isPlainObject, SlipwayError } from "@slipway/core";
import { collect } from "./digest.ts";
import {
  type Credentials,
  defaultDockerConfigFile,
  findCredentials,
} from "./docker-credentials.ts";
import { DOCKER_HUB, isLoopback } from "./reference.ts";
import { type Challenge, parseChallenge } from "./registry-challenge.ts";
import { toRegistryError, withRetries } from "./registry-http.ts";

const REQUEST_TIMEOUT_MS = 30_000;
const MAX_TOKEN_BYTES = 1024 * 1024;

type Body = NonNullable<RequestInit["body"]>;

/** Opens what is sent. Called anew for each try, since a stream can be sent only once. */
export type OpenBody = () => Body | Promise<Body>;

export interface RegistryRequest {
  readonly method?: "GET" | "HEAD" | "POST" | "PUT";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: OpenBody;
  /** For bodies that may take long in either direction. */
  readonly withoutTimeout?: boolean;
}

export interface RegistryOptions {
  /** Docker's configuration file, where credentials are found. */
  readonly dockerConfigFile?: string | undefined;
}

/** Authenticated requests to one registry, for one set of repositories. Tokens live as long as the session. */
export class RegistrySession {
  readonly registry: string;
  readonly origin: string;
  readonly configFile: string;
  readonly #scopes: readonly string[];
  #credentials: Promise<Credentials | undefined> | undefined;
  #authorization: string | undefined;

  /** `scopes` are asked for with each token, for example `repository:flows:pull,push`. */
  constructor(registry: string, scopes: readonly string[], options: RegistryOptions = {}) {
    this.registry = registry;
    const host = registry === DOCKER_HUB ? "registry-1.docker.io" : registry;
    this.origin = `${isLoopback(registry) ? "http" : "https"}://${host}`;
    this.configFile = options.dockerConfigFile ?? defaultDockerConfigFile();
    this.#scopes = scopes;
  }

  /** Sends a request to a path of the registry, or to a URL that the registry gave, and authenticates when asked to. */
  async send(target: string, request: RegistryRequest = {}): Promise<Response> {
    const url = new URL(target, this.origin);
    const response = await this.#try(url, request);
    if (response.status !== 401) return response;
    const challenge = parseChallenge(response.headers.get("www-authenticate") ?? "");
    if (challenge === undefined) return response;
    const authorization = await this.#authorize(challenge);
    if (authorization === undefined || authorization === this.#authorization) return response;
    await response.body?.cancel();
    this.#authorization = authorization;
    return this.#try(url, request);
  }

  /** An error with the registry's own words about an answer that is no success. */
  toError(what: string, response: Response): Promise<SlipwayError> {
    return toRegistryError(this.registry, what, response, this.configFile);
  }

  #try(url: URL, request: RegistryRequest): Promise<Response> {
    return withRetries(this.registry, async () => {
      const body = await request.body?.();
      return fetch(url, {
        method: request.method ?? "GET",
        headers: { ...request.headers, ...this.#authorizationFor(url) },
        ...(body === undefined ? {} : { body }),
        ...(body instanceof ReadableStream ? { duplex: "half" } : {}),
        ...(request.withoutTimeout ? {} : { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) }),
      });
    });
  }

  /** Upload addresses may lie elsewhere: what opens the registry is not for them. */
  #authorizationFor(url: URL): Record<string, string> {
    if (this.#authorization === undefined || url.origin !== this.origin) return {};
    return { authorization: this.#authorization };
  }

  async #authorize(challenge: Challenge): Promise<string | undefined> {
    this.#credentials ??= findCredentials(this.registry, this.configFile);
    const credentials = await this.#credentials;
    if (challenge.scheme === "bearer")
      return `Bearer ${await this.#fetchToken(challenge, credentials)}`;
    return credentials?.kind === "password" ? toBasic(credentials) : undefined;
  }

  async #fetchToken(
    challenge: Challenge & { scheme: "bearer" },
    credentials: Credentials | undefined,
  ): Promise<string> {
    const realm = this.#checkRealm(challenge.realm);
    const fields = new URLSearchParams();
    if (challenge.service !== undefined) fields.set("service", challenge.service);
    const scopes = new Set([
      ...this.#scopes,
      ...(challenge.scope ?? "").split(" ").filter(Boolean),
    ]);
    const response = await withRetries(this.registry, () =>
      credentials?.kind === "identityToken"
        ? postForToken(realm, fields, scopes, credentials.token)
        : getToken(realm, fields, scopes, credentials),
    );
    if (!response.ok) throw await this.toError("give a token", response);
    const body = response.body === null ? undefined : await collect(response.body, MAX_TOKEN_BYTES);
    return parseToken(body, this.registry);
  }

  #checkRealm(realm: string): URL {
    const url = URL.canParse(realm) ? new URL(realm) : undefined;
    if (url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.host)))
      return url;
    throw new SlipwayError(
      "REGISTRY_REFUSED",
      `The registry ${this.registry} sends logins to ${realm}, which is not https, so nothing was sent there`,
      { registry: this.registry, realm },
    );
  }
}

function getToken(
  realm: URL,
  fields: URLSearchParams,
  scopes: ReadonlySet<string>,
  credentials: (Credentials & { kind: "password" }) | undefined,
): Promise<Response> {
  const url = new URL(realm);
  for (const [name, value] of fields) url.searchParams.set(name, value);
  for (const scope of scopes) url.searchParams.append("scope", scope);
  return fetch(url, {
    headers: credentials === undefined ? {} : { authorization: toBasic(credentials) },
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  });
}

/** OAuth2, as registries do it that hand out identity tokens. */
function postForToken(
  realm: URL,
  fields: URLSearchParams,
  scopes: ReadonlySet<string>,
  refreshToken: string,
): Promise<Response> {
  const body = new URLSearchParams(fields);
  body.set("grant_type", "refresh_token");
  body.set("client_id", "slipway");
  body.set("scope", [...scopes].join(" "));
  body.set("refresh_token", refreshToken);
  return fetch(realm, {
    method: "POST",
    body,
    // Where it would be sent on to is not where the login belongs, and a body is sent on whole.
    redirect: "manual",
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  });
}

function toBasic(credentials: Credentials & { kind: "password" }): string {
  const pair = `${credentials.username}:${credentials.password}`;
  return `Basic ${Buffer.from(pair).toString("base64")}`;
}

function parseToken(body: Buffer | undefined, registry: string): string {
  try {
    const value: unknown = JSON.parse(body?.toString("utf8") ?? "");
    if (isPlainObject(value)) {
      const token = value["token"] ?? value["access_token"];
      if (typeof token === "string") return token;
    }
  } catch {
    // The answer may hold a token, which JSON.parse would quote.
  }
  throw new SlipwayError(
    "REGISTRY_REFUSED",
    `The registry ${registry} gave an answer without a token`,
    {
      registry,
    },
  );
}
