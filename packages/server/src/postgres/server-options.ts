import { createServer } from "node:net";

/** The longest path of a socket that Linux takes (`sun_path`, less its final zero); macOS takes 103. */
const LONGEST_SOCKET_PATH = process.platform === "darwin" ? 103 : 107;
const SOCKET_PORT = 5432;

/**
 * Settings of the embedded server. They stand on its command line, not in its file, so that a
 * newer Slipway brings its own. Durability is PostgreSQL's default: nothing of it is turned off.
 */
export function serverOptions(folder: string, data: string, port?: number): string[] {
  const listen = port
    ? { listen_addresses: "127.0.0.1", unix_socket_directories: "", port: String(port) }
    : {
        listen_addresses: "",
        unix_socket_directories: `"${folder.replaceAll('"', '""')}"`,
        unix_socket_permissions: "0700",
        port: String(SOCKET_PORT),
      };
  const settings = {
    ...listen,
    timezone: "UTC",
    log_timezone: "UTC",
    // No replica reads from it, so the log need not hold what replicas want.
    wal_level: "minimal",
    max_wal_senders: "0",
    jit: "off",
  };
  return [
    "-D",
    data,
    ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ];
}

/** Undefined where a socket in `folder` will do; a free port where its path is too long, or on Windows. */
export async function portInsteadOfSocket(folder: string): Promise<number | undefined> {
  const path = `${folder}/.s.PGSQL.${SOCKET_PORT}`;
  const fits = Buffer.byteLength(path) <= LONGEST_SOCKET_PATH && process.platform !== "win32";
  return fits ? undefined : freePort();
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, "127.0.0.1", done));
  const address = probe.address();
  await new Promise((done) => probe.close(done));
  return typeof address === "object" && address ? address.port : 0;
}
