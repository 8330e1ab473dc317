import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { JsonObject } from "@slipway/core";

export interface Asked {
  readonly operation: string;
  readonly input: JsonObject;
}

export interface Answer {
  /** 200 where it is left out. */
  readonly status?: number;
  readonly body?: object;
  /** The body of services that speak XML. */
  readonly xml?: string;
  /** What a proxy in between says in its own words. */
  readonly page?: string;
  /** Breaks the connection instead. */
  readonly lost?: boolean;
}

/** What a service of AWS answers to an operation: always the same, or what a function says. */
export type Answers = Readonly<
  Record<string, Answer | ((input: JsonObject, count: number) => Answer)>
>;

export interface AnsweringServer {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** The inputs of an operation, oldest first. */
  sent(operation: string): readonly JsonObject[];
  close(): Promise<void>;
}

/** AWS's refusal with this exception and these words. */
export const refusal = (type: string, message: string, status = 400): Answer => ({
  status,
  body: { __type: type, message },
});

/** A server of the AWS JSON protocol on loopback that gives scripted answers, for those that local Fargate never gives. */
export async function startAnswering(answers: Answers): Promise<AnsweringServer> {
  const asked: Asked[] = [];
  const sent = (operation: string) =>
    asked.flatMap((call) => (call.operation === operation ? [call.input] : []));
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { operation, input } = read(incoming, await text(incoming));
    asked.push({ operation, input });
    const given = answers[operation] ?? refusal("UnknownOperationException", operation);
    const answer = typeof given === "function" ? given(input, sent(operation).length) : given;
    const { status = 200, body = {}, page, lost = false } = answer;
    if (lost) return void incoming.socket.destroy();
    const json = answer.xml === undefined ? "application/x-amz-json-1.1" : "text/xml";
    outgoing.writeHead(status, { "content-type": page === undefined ? json : "text/html" });
    outgoing.end(page ?? answer.xml ?? JSON.stringify(body));
  };
  const server = createServer((incoming, outgoing) => void serve(incoming, outgoing));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    asked,
    sent,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** ECS and CloudWatch Logs take JSON, STS and IAM a form. */
function read({ headers }: IncomingMessage, body: string): Asked {
  const target = headers["x-amz-target"];
  if (typeof target === "string") {
    return { operation: target.replace(/.*\./, ""), input: JSON.parse(body || "{}") };
  }
  const input = Object.fromEntries(new URLSearchParams(body));
  return { operation: String(input["Action"]), input };
}
