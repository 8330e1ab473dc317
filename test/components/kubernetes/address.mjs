import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

/**
 * A loopback address for one cluster, the first of its /24: Linux has the whole of 127.0.0.0/8. On it every program has
 * its usual port, also when it starts again, and two clusters stand side by side.
 */
export async function freeAddress() {
  const address = `127.${randomInt(64, 255)}.${randomInt(0, 255)}.1`;
  const server = createServer().listen(443, address);
  try {
    await once(server, "listening");
  } catch (error) {
    throw new Error(`A cluster needs port 443 of ${address}: ${error.message}`, { cause: error });
  }
  server.close();
  await once(server, "close");
  return address;
}
