import type { DriverChoice } from "../drivers/choose-driver.ts";
import type { Driver, DriverName } from "../drivers/driver.ts";
import type { TaskFailures } from "../failures/failure-plan.ts";
import type { LogStore } from "../logs/log-store.ts";
import type { SecretSource } from "../secrets/secrets-file.ts";
import type { Store } from "../store/store.ts";

export type Log = (line: string) => void;

/** What a task's life needs from outside. */
export interface TaskContext {
  readonly store: Store;
  /** What containers write. */
  readonly logs: LogStore;
  /** Whether a log group that an `awslogs` driver names is made where it is missing, whatever the definition says. */
  readonly createsLogGroups: boolean;
  readonly secrets: SecretSource;
  readonly dataDir: string;
  readonly drivers: Readonly<Record<DriverName, Driver>>;
  readonly choose: (images: readonly string[]) => Promise<DriverChoice>;
  /** The metadata endpoint of a task's container, known once the server listens. */
  readonly metadataUri: (taskId: string, containerIndex: number) => string;
  /** What a script makes go wrong with tasks; absent without one. */
  readonly failures?: TaskFailures;
  readonly log: Log;
  /** Seconds since 1970, as ECS writes times. */
  readonly now: () => number;
}
