import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { KubeConfig } from "@kubernetes/client-node";

/** What the tests read of any Kubernetes object, with an administrator's rights. */
export interface KubeClient {
  /** The API server's address. */
  readonly server: URL;
  /** All that it said beside its answers, so far. */
  readonly warnings: readonly string[];
  /** Calls it with JSON. Throws where it does not answer with success. */
  call(method: string, path: string, body?: unknown): Promise<KubeAnswer>;
  close(): void;
}

export interface KubeAnswer {
  readonly items?: readonly KubeItem[];
  readonly [field: string]: unknown;
}

export interface KubeItem {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly [field: string]: unknown;
}

export async function openKube(kubeconfig: string): Promise<KubeClient> {
  const config = new KubeConfig();
  config.loadFromString(readFileSync(kubeconfig, "utf8"));
  const server = new URL(config.getCurrentCluster()?.server ?? "");
  const options = {};
  await config.applyToHTTPSOptions(options);
  const agent = new Agent({ ...options, keepAlive: true });
  const warnings: string[] = [];
  return {
    server,
    warnings,
    call: async (method, path, body) => {
      const headers = { "content-type": "application/json" };
      const call = request(new URL(path, server), { method, headers, agent });
      call.end(body === undefined ? undefined : JSON.stringify(body));
      const [answer] = await once(call, "response");
      warnings.push(...(answer.headersDistinct["warning"] ?? []));
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString("utf8");
      if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${text}`);
      return JSON.parse(text);
    },
    close: () => agent.destroy(),
  };
}
