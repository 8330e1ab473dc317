import { sql } from "kysely";
import { type Address, type Connection, connect } from "./connection.ts";
import type { Db } from "./rows.ts";

const WORK = "slipway_work";
const RUN = "slipway_run";

/** Something may be claimable. Heard by every server once the transaction has committed. */
export async function notifyWork(tx: Db): Promise<void> {
  await sql`select pg_notify(${WORK}, '')`.execute(tx);
}

/** Something of the run was recorded. */
export async function notifyRun(tx: Db, flowRunId: string): Promise<void> {
  await sql`select pg_notify(${RUN}, ${flowRunId})`.execute(tx);
}

/** The same of each of these. */
export async function notifyRuns(tx: Db, flowRunIds: readonly string[]): Promise<void> {
  await sql`select pg_notify(${RUN}, id) from unnest(${flowRunIds}::text[]) as t (id)`.execute(tx);
}

export interface Listener {
  onWork(): void;
  /** Without an id: anything may have been missed. */
  onRun(flowRunId?: string): void;
  onLost(error: Error): void;
}

const LONGEST_WAIT_MS = 5_000;

/** Listens on one connection, and again on a new one where that is lost. */
export async function listen(address: Address, listener: Listener) {
  let closed = false;
  let connection: Connection | undefined;
  let timer: NodeJS.Timeout | undefined;

  const open = async () => {
    connection = await connect(address, lost);
    if (closed) return connection.close();
    connection.client.on("end", () => lost(new Error("the connection ended")));
    connection.client.on("notification", ({ channel, payload }) => {
      if (channel === WORK) listener.onWork();
      else listener.onRun(payload);
    });
    await connection.client.query(`listen ${WORK}; listen ${RUN}`);
  };
  const lost = (error: Error) => {
    if (closed || timer) return;
    listener.onLost(error);
    void connection?.close();
    retry(100);
  };
  const retry = (waitMs: number) => {
    timer = setTimeout(() => {
      open().then(
        () => {
          timer = undefined;
          // What was sent in between is gone: everybody looks again.
          listener.onWork();
          listener.onRun();
        },
        () => closed || retry(Math.min(waitMs * 2, LONGEST_WAIT_MS)),
      );
    }, waitMs);
  };

  await open();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await connection?.close();
    },
  };
}
