import type { Failure, Task } from "@aws-sdk/client-ecs";
import type { CloudClients } from "./cloud-clients.ts";

/** The most tasks that one DescribeTasks takes. */
const MOST = 100;
/** How long a look waits for others to go along in one call. */
const GATHER_MS = 5;

/** What ECS says of one task. */
export interface TaskLook {
  readonly task?: Task;
  /** Why there is no task, for example `MISSING`; absent where ECS says neither. */
  readonly reason?: string;
}

interface Waiting {
  readonly id: string;
  readonly resolve: (look: TaskLook) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Looks at tasks for all launchers that call ECS in the same way: what is asked within a few milliseconds goes out as
 * one DescribeTasks for each cluster and hundred tasks.
 */
export class TaskPoller {
  readonly #clients: CloudClients;
  /** By cluster; the empty name is the account's default cluster. */
  readonly #waiting = new Map<string, Waiting[]>();

  constructor(clients: CloudClients) {
    this.#clients = clients;
  }

  /** Throws what the SDK throws: who asked knows what may stand in an error's words. */
  look(cluster: string, id: string): Promise<TaskLook> {
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(cluster) ?? [];
      waiting.push({ id, resolve, reject });
      this.#waiting.set(cluster, waiting);
      if (waiting.length === 1) setTimeout(() => void this.#ask(cluster), GATHER_MS);
      else if (waiting.length === MOST) void this.#ask(cluster);
    });
  }

  async #ask(cluster: string): Promise<void> {
    const asked = this.#waiting.get(cluster) ?? [];
    this.#waiting.delete(cluster);
    if (asked.length === 0) return;
    try {
      const looks = await this.#describe(cluster, [...new Set(asked.map(({ id }) => id))]);
      for (const { id, resolve } of asked) resolve(looks(id));
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }

  async #describe(cluster: string, tasks: string[]): Promise<(id: string) => TaskLook> {
    const { sdk, reads } = await this.#clients.ecs();
    const input = { ...(cluster === "" ? {} : { cluster }), tasks };
    const answer = await reads.send(new sdk.DescribeTasksCommand(input));
    const found = new Map(answer.tasks?.map((task) => [idIn(task.taskArn ?? ""), task]));
    const reasons = new Map(answer.failures?.map((failure) => [failedId(failure), failure.reason]));
    return (id) => {
      const task = found.get(id);
      if (task !== undefined) return { task };
      const reason = reasons.get(id);
      return reason === undefined ? {} : { reason };
    };
  }
}

function failedId({ arn = "" }: Failure): string {
  return idIn(arn);
}

/** The ARN names the region, the account and the cluster, which are the author's; the id alone finds the task. */
export function idIn(taskArn: string): string {
  return taskArn.slice(taskArn.lastIndexOf("/") + 1);
}
