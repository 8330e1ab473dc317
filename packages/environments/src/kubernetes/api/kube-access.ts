import { createHash } from "node:crypto";
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent, type RequestOptions } from "node:https";
import type { Cluster, KubeConfig } from "@kubernetes/client-node";
import { brokenContext, noCredentials } from "./access-errors.ts";
import { within } from "./deadline.ts";
import { type KubeTarget, loadConfig } from "./load-config.ts";

/** Tokens in files and from plugins change while an agent runs. */
const FRESH_MS = 30_000;
/** A plugin of a cloud may have to ask its own servers. */
const PLUGIN_MS = 60_000;
const MOST_IDLE_CONNECTIONS = 16;

export interface Credentials {
  readonly agent: HttpAgent;
  readonly headers: Readonly<Record<string, string>>;
}

/** A cluster's address, and what to show it. Connections are kept as long as their certificates stay the same. */
export class KubeAccess {
  readonly server: URL;
  readonly namespace: string | undefined;
  readonly #target: KubeTarget;
  readonly #agents = new Map<string, HttpAgent>();
  #config: KubeConfig;
  #read: { readonly at: number; readonly credentials: Promise<Credentials> } | undefined;

  private constructor(target: KubeTarget, config: KubeConfig) {
    this.#target = target;
    this.#config = config;
    this.server = new URL(clusterOf(config).server);
    this.namespace = config.getContextObject(config.currentContext)?.namespace?.trim() || undefined;
  }

  /** Throws `ENVIRONMENT_NOT_LAUNCHABLE`. */
  static async open(target: KubeTarget): Promise<KubeAccess> {
    return new KubeAccess(target, await loadConfig(target));
  }

  /** Throws `CLOUD_REFUSED`. */
  credentials(): Promise<Credentials> {
    const read = this.#read;
    if (read !== undefined && performance.now() - read.at < FRESH_MS) return read.credentials;
    return this.#keep(this.#readCredentials());
  }

  /** Reads everything anew, since the server did not take what was read before. */
  async renew(refused: Credentials): Promise<Credentials> {
    const current = await this.credentials();
    if (current !== refused) return current;
    return this.#keep(
      loadConfig(this.#target).then((config) => {
        this.#config = config;
        return this.#readCredentials();
      }),
    );
  }

  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }

  #keep(credentials: Promise<Credentials>): Promise<Credentials> {
    const read = { at: performance.now(), credentials };
    this.#read = read;
    credentials.catch(() => {
      if (this.#read === read) this.#read = undefined;
    });
    return credentials;
  }

  async #readCredentials(): Promise<Credentials> {
    const options: RequestOptions = {};
    try {
      await within(PLUGIN_MS, "the plugin did not answer in time", () =>
        allowPlain(this.#config).applyToHTTPSOptions(options),
      );
    } catch (error) {
      throw noCredentials(error);
    }
    return { agent: this.#agentFor(options), headers: headersOf(options) };
  }

  #agentFor(options: RequestOptions): HttpAgent {
    const { ca, cert, key, servername, rejectUnauthorized, agent: made } = options;
    const tls = { ca, cert, key, servername, rejectUnauthorized };
    const hash = createHash("sha256").update(JSON.stringify(tls)).digest("hex");
    const agent = this.#agents.get(hash) ?? this.#makeAgent(tls, made);
    this.#agents.set(hash, agent);
    return agent;
  }

  #makeAgent(tls: RequestOptions, made: RequestOptions["agent"]): HttpAgent {
    // What the client makes for a proxy is right; it keeps no connection otherwise.
    const proxied = clusterOf(this.#config).proxyUrl !== undefined;
    if (proxied && made instanceof HttpAgent) return made;
    const keeping = { keepAlive: true, maxFreeSockets: MOST_IDLE_CONNECTIONS };
    if (this.server.protocol === "http:") return new HttpAgent(keeping);
    const given = Object.entries(tls).filter(([, value]) => value !== undefined);
    return new HttpsAgent({ ...keeping, ...Object.fromEntries(given) });
  }
}

function clusterOf(config: KubeConfig): Cluster {
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw brokenContext("cluster");
  return cluster;
}

/** `kubectl proxy` serves plain HTTP on loopback; the client refuses that unless told that no TLS is checked. */
function allowPlain(config: KubeConfig): KubeConfig {
  const cluster = clusterOf(config);
  if (cluster.server.startsWith("http:")) Object.assign(cluster, { skipTLSVerify: true });
  return config;
}

function headersOf({ headers = {}, auth }: RequestOptions): Record<string, string> {
  const sent = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value).trim()]],
  );
  const basic = { Authorization: `Basic ${Buffer.from(auth ?? "").toString("base64")}` };
  return { ...Object.fromEntries(sent), ...(auth ? basic : {}) };
}
