import { type IncomingMessage, request } from "node:http";
import { messageOf, SlipwayError } from "@slipway/core";
import { z } from "zod";

export interface DockerCall {
  readonly method: "GET" | "POST" | "DELETE";
  /** Without a version: the engine takes its newest. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly timeoutMs?: number;
}

const DEFAULT_SOCKET = "/var/run/docker.sock";
const errorSchema = z.looseObject({ message: z.string() });

/** The socket that `DOCKER_HOST` names. Throws `INVALID_ARGUMENT` for anything but a unix socket. */
export function dockerSocket(dockerHost: string | undefined): string {
  if (dockerHost === undefined || dockerHost === "") return DEFAULT_SOCKET;
  if (dockerHost.startsWith("unix://")) return dockerHost.slice("unix://".length);
  throw new SlipwayError(
    "INVALID_ARGUMENT",
    `The Docker host ${dockerHost} is no unix socket; give it as unix:///path/to/docker.sock`,
    { path: "dockerHost", given: dockerHost, accepted: "unix://<path>" },
  );
}

/** A small client of the Docker Engine API over its unix socket. */
export class DockerClient {
  readonly socketPath: string;

  constructor(socketPath: string) {
    this.socketPath = socketPath;
  }

  /** The answer's stream, whatever its status. Throws `CLOUD_UNREACHABLE`. */
  open(call: DockerCall): Promise<IncomingMessage> {
    const query = call.query === undefined ? "" : `?${new URLSearchParams(call.query)}`;
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    return new Promise((resolve, reject) => {
      const fail = (cause: unknown) =>
        reject(
          new SlipwayError(
            "CLOUD_UNREACHABLE",
            `The Docker engine at ${this.socketPath} does not answer (${messageOf(cause)})`,
            { socketPath: this.socketPath },
            { cause },
          ),
        );
      const outgoing = request({
        socketPath: this.socketPath,
        method: call.method,
        path: `${call.path}${query}`,
        headers: {
          Host: "docker",
          ...call.headers,
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        },
        ...(call.timeoutMs === undefined ? {} : { timeout: call.timeoutMs }),
        // Waiting for a container's end holds a connection for as long as it runs.
        agent: false,
      });
      outgoing.once("response", resolve);
      outgoing.once("timeout", () => outgoing.destroy(new Error("it took too long")));
      outgoing.once("error", fail);
      outgoing.end(body);
    });
  }

  /** The whole answer, parsed. Throws `LAUNCH_FAILED` with the engine's words. */
  async call<T>(call: DockerCall, schema: z.ZodType<T>): Promise<T> {
    const response = await this.open(call);
    const text = await readText(response);
    const status = response.statusCode ?? 0;
    if (status >= 400) throw refused(call, status, text);
    return schema.parse(text === "" ? {} : JSON.parse(text));
  }

  async isAnswering(): Promise<boolean> {
    try {
      const response = await this.open({ method: "GET", path: "/_ping", timeoutMs: 2_000 });
      await readText(response);
      return response.statusCode === 200;
    } catch {
      return false;
    }
  }
}

export async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

export function refused(call: DockerCall, status: number, text: string): SlipwayError {
  return new SlipwayError("LAUNCH_FAILED", engineMessage(text), {
    method: call.method,
    path: call.path,
    status,
  });
}

function engineMessage(text: string): string {
  try {
    return errorSchema.parse(JSON.parse(text)).message;
  } catch {
    return text.trim();
  }
}
