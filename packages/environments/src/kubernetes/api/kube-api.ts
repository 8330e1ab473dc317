import type { Json, JsonObject } from "@slipway/core";

/** One call of a Kubernetes API server. */
export interface KubeCall {
  /** As people name it, for errors, for example `create Job`. */
  readonly operation: string;
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** For example `/apis/batch/v1/namespaces/default/jobs`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: Json;
  /** `application/json` where it is left out; a PATCH says which kind it is. */
  readonly contentType?: string;
  /** Longer lines lose their end. */
  readonly longestLine?: number;
  /** Told when the server has begun to answer. */
  readonly onAnswer?: () => void;
}

export interface KubeAnswer {
  readonly body: JsonObject;
  /** What the server says beside its answer, for example of fields that it does not know. */
  readonly warnings: readonly string[];
}

/**
 * A Kubernetes API as JSON goes over the wire, so that fields which this Slipway does not know pass through. Every call
 * has a deadline. Throws `CLOUD_UNREACHABLE` and `CLOUD_REFUSED` in the server's words without an argument of the
 * environment in them; their details have `operation`, `cause`, `nature` and, where the server answered, `status` (HTTP)
 * and `exception` (the Status' reason, for example `Forbidden`).
 */
export interface KubeApi {
  /** The server's origin, for errors. */
  readonly endpoint: string;
  /** The namespace of the kubeconfig's context or of the agent's own pod. */
  readonly contextNamespace: string | undefined;
  call(call: KubeCall): Promise<KubeAnswer>;
  /** The lines of an answer that goes on: a watch, a container's log. Ends when the server ends it or the signal is aborted. */
  lines(call: KubeCall, signal: AbortSignal): AsyncIterable<string>;
}
