import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Agent, request } from "node:https";
import { KubeConfig } from "@kubernetes/client-node";

export interface KubeForwarder {
  /** The API server over plain HTTP, with the rights of the kubeconfig's user: stand a recording proxy before it. */
  readonly url: string;
  /** Cuts the connections of the watches that go on, those of logs among them. */
  cutWatches(): void;
  close(): Promise<void>;
}

/** Opens a Kubernetes API server without TLS and without credentials on loopback, so that a test may cut in and read along. */
export async function startKubeForwarder(kubeconfig: string): Promise<KubeForwarder> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const target = config.getCurrentCluster()?.server;
  if (target === undefined) throw new Error(`${kubeconfig} names no cluster`);
  const options = {};
  await config.applyToHTTPSOptions(options);
  const agent = new Agent({ ...options, keepAlive: true });
  const watches = new Set<ServerResponse>();
  const server = createServer((incoming, outgoing) => {
    if (/[?&](watch|follow)=/.test(incoming.url ?? "")) watches.add(outgoing);
    outgoing.on("close", () => watches.delete(outgoing));
    forward({ target, agent, incoming, outgoing });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    cutWatches: () => {
      for (const outgoing of watches) outgoing.destroy();
    },
    close: async () => {
      agent.destroy();
      server.close();
      server.closeAllConnections();
    },
  };
}

interface Exchange {
  readonly target: string;
  readonly agent: Agent;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

function forward({ target, agent, incoming, outgoing }: Exchange): void {
  const { method, headers, url = "/" } = incoming;
  const onward = request(`${target}${url}`, { method, headers, agent }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    outgoing.flushHeaders();
    answer.on("error", () => outgoing.destroy());
    answer.pipe(outgoing);
  });
  onward.on("error", () => outgoing.destroy());
  outgoing.on("close", () => onward.destroy());
  incoming.pipe(onward);
}
