import { startDaemon } from "../daemon.mjs";

/** A program that can be ended and started over and over, each time with the same arguments. */
export function restartable(options) {
  let end;
  const endWith = async (signal) => {
    await end?.(signal);
    end = undefined;
  };
  return {
    /** Waits until it works. */
    async start() {
      end ??= await startDaemon({ env: { PATH: process.env.PATH }, ...options });
    },
    stop: () => endWith("SIGTERM"),
    kill: () => endWith("SIGKILL"),
  };
}
