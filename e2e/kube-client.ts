import { startKubeForwarder } from "@slipway/testing";

/** A Kubernetes API as an administrator sees it. */
export interface KubeClient {
  /** All that it said beside its answers, so far. */
  readonly warnings: readonly string[];
  /** Calls it with JSON. Throws where it does not answer with success. */
  call(method: string, path: string, body?: unknown): Promise<KubeAnswer>;
  close(): Promise<void>;
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
  const forwarder = await startKubeForwarder(kubeconfig);
  const warnings: string[] = [];
  return {
    warnings,
    call: async (method, path, body) => {
      const answer = await fetch(`${forwarder.url}${path}`, {
        method,
        headers: { "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const warning = answer.headers.get("warning");
      if (warning !== null) warnings.push(warning);
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path}: ${text}`);
      const content: KubeAnswer = JSON.parse(text);
      return content;
    },
    close: () => forwarder.close(),
  };
}
