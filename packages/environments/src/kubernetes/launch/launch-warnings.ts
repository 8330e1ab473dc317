import type { Observation } from "@slipway/core";

const MOST_JOBS = 500;
const MOST_EACH = 5;

/** What the cluster said of Jobs that it took, for example of fields that it will not have for long, until they run. */
export class LaunchWarnings {
  readonly #warnings = new Map<string, readonly string[]>();

  keep(uid: string, warnings: readonly string[]): void {
    if (warnings.length === 0) return;
    this.#warnings.set(uid, warnings.slice(0, MOST_EACH));
    const [oldest] = this.#warnings.keys();
    if (oldest !== undefined && this.#warnings.size > MOST_JOBS) this.#warnings.delete(oldest);
  }

  addedTo(observation: Observation, uid: string): Observation {
    const warnings = this.#warnings.get(uid);
    if (warnings === undefined || observation.status === "stopped") return observation;
    const said = `the cluster warns: ${warnings.join("; ")}`;
    const { message } = observation;
    return { ...observation, message: message === undefined ? said : `${message}; ${said}` };
  }
}
