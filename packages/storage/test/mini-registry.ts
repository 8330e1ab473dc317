import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { collect, sha256 } from "../src/digest.ts";

export interface MiniRegistryOptions {
  /** Asks for this login, with a token (`bearer`) or with each request (`basic`). */
  readonly login?: {
    readonly kind: "basic" | "bearer";
    readonly username: string;
    readonly password: string;
  };
  /** Answers that many requests with 503 first. */
  readonly failures?: number;
  /** Refuses each push with this. */
  readonly denies?: string;
  /** Gives other bytes for every blob. */
  readonly corrupt?: boolean;
}

export interface MiniRegistry {
  readonly host: string;
  /** Method and path of each request. */
  readonly requests: string[];
  close(): Promise<void>;
}

interface Stored {
  readonly bytes: Buffer;
  readonly type: string;
}

const TOKEN = "t0k3n";

/** A small real registry in memory: the parts of the OCI distribution API that pushing and pulling need. */
export async function startMiniRegistry(options: MiniRegistryOptions = {}): Promise<MiniRegistry> {
  const store = new Map<string, Stored>();
  const requests: string[] = [];
  let failures = options.failures ?? 0;
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    if (failures-- > 0) return void response.writeHead(503).end();
    const refusal = refuse(request, options, hostOf(server));
    if (refusal !== undefined) return void refusal(response);
    answer(request, response, store, options).catch((error) => response.destroy(error));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    host: hostOf(server),
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function hostOf(server: Server): string {
  const address = server.address();
  return typeof address === "object" && address !== null ? `127.0.0.1:${address.port}` : "";
}

type Answer = (response: ServerResponse) => void;

function refuse(
  { url = "", method, headers }: IncomingMessage,
  { login, denies }: MiniRegistryOptions,
  host: string,
): Answer | undefined {
  if (denies !== undefined && method !== "GET" && method !== "HEAD")
    return json(403, words("DENIED", denies));
  if (login === undefined) return undefined;
  const basic = `Basic ${Buffer.from(`${login.username}:${login.password}`).toString("base64")}`;
  const isRight = headers.authorization === basic;
  if (url.startsWith("/token?")) {
    return isRight
      ? json(200, { token: TOKEN })
      : json(401, { details: "incorrect username or password" });
  }
  if (login.kind === "bearer" ? headers.authorization === `Bearer ${TOKEN}` : isRight)
    return undefined;
  const challenge =
    login.kind === "basic"
      ? 'Basic realm="mini"'
      : `Bearer realm="http://${host}/token",service="mini",scope="repository:x:pull"`;
  return json(401, words("UNAUTHORIZED", "authentication required"), {
    "www-authenticate": challenge,
  });
}

const words = (code: string, message: string) => ({ errors: [{ code, message }] });

function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (response) => response.writeHead(status, headers).end(JSON.stringify(body));
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  store: Map<string, Stored>,
  options: MiniRegistryOptions,
): Promise<void> {
  const url = new URL(request.url ?? "", "http://registry");
  const [, name = "", kind = "", id = ""] =
    /^\/v2\/(.+)\/(manifests|blobs|blobs\/uploads)\/([^/]*)$/.exec(url.pathname) ?? [];
  if (kind === "blobs/uploads") return upload(request, response, store, { name, url });
  if (request.method === "PUT") return putManifest(request, response, store, { name, id });
  const found = store.get(`${name}/${kind}/${id}`);
  if (found === undefined) return json(404, words("UNKNOWN", `${id} is unknown`))(response);
  const bytes =
    kind === "blobs" && options.corrupt ? Buffer.alloc(found.bytes.length) : found.bytes;
  response.writeHead(200, {
    "content-type": found.type,
    "content-length": bytes.length,
    "docker-content-digest": sha256(found.bytes),
  });
  response.end(request.method === "HEAD" ? undefined : bytes);
}

async function upload(
  request: IncomingMessage,
  response: ServerResponse,
  store: Map<string, Stored>,
  { name, url }: { name: string; url: URL },
): Promise<void> {
  const mounted = store.get(
    `${url.searchParams.get("from")}/blobs/${url.searchParams.get("mount")}`,
  );
  if (request.method === "POST" && mounted !== undefined) {
    store.set(`${name}/blobs/${url.searchParams.get("mount")}`, mounted);
    return void response.writeHead(201).end();
  }
  if (request.method === "POST") {
    return void response.writeHead(202, { location: `/v2/${name}/blobs/uploads/1?state=s` }).end();
  }
  const bytes = (await collect(request, 1e9)) ?? Buffer.alloc(0);
  const digest = sha256(bytes);
  const length = Number(request.headers["content-length"]);
  const right =
    digest === url.searchParams.get("digest") &&
    length === bytes.length &&
    url.searchParams.has("state");
  if (!right) return json(400, words("DIGEST_INVALID", "other bytes than promised"))(response);
  store.set(`${name}/blobs/${digest}`, { bytes, type: "application/octet-stream" });
  response.writeHead(201).end();
}

async function putManifest(
  request: IncomingMessage,
  response: ServerResponse,
  store: Map<string, Stored>,
  { name, id }: { name: string; id: string },
): Promise<void> {
  const bytes = (await collect(request, 1e7)) ?? Buffer.alloc(0);
  const stored = { bytes, type: request.headers["content-type"] ?? "" };
  store.set(`${name}/manifests/${id}`, stored);
  store.set(`${name}/manifests/${sha256(bytes)}`, stored);
  response.writeHead(201).end();
}
