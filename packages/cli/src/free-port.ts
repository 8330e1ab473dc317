import { createServer } from "node:net";

/** The wanted port where it is free, otherwise 0: the system's choice. */
export function freePort(wanted: number, host: string): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(0));
    probe.listen(wanted, host, () => probe.close(() => resolve(wanted)));
  });
}
