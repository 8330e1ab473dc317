import type { Claim } from "@slipway/client";
import { isSlipwayError, type LaunchRequest, messageOf } from "@slipway/core";
import type { ObserveInterval } from "./agent-options.ts";
import type { AgentEvent } from "./events.ts";
import type { Installation } from "./installation.ts";
import type { LauncherPool } from "./launcher-pool.ts";
import type { Limit } from "./limit.ts";
import { Notices } from "./notices.ts";
import { type PlatformWords, platformWords } from "./platform-words.ts";
import type { Registrations } from "./registrations.ts";
import { retry } from "./retry.ts";
import { type AgentServer, isSuperseded, nameOf } from "./server-port.ts";

/** What all attempts of an agent share. */
export interface Workshop {
  readonly agent: string;
  readonly server: AgentServer;
  readonly installation: Installation;
  readonly launchers: LauncherPool;
  readonly registrations: Registrations;
  /** Searches list tasks page by page: after a restart a thousand of them must not be made at one time. */
  readonly searches: Limit;
  readonly containerApiUrl: string;
  readonly observe: ObserveInterval;
  readonly tell: (event: AgentEvent) => void;
}

export interface AttemptOptions {
  readonly claim: Claim;
  readonly workshop: Workshop;
  /** Ends the looking-after and leaves alone what was launched: the agent closes, or the attempt is another's. */
  readonly signal: AbortSignal;
  /** Somebody asked for the run's end. */
  readonly cancel: AbortController;
}

/** One attempt that this agent looks after: what its steps know and share. */
export class Attempt {
  readonly claim: Claim;
  readonly workshop: Workshop;
  readonly signal: AbortSignal;
  readonly cancel: AbortController;
  /** Ends the waiting for a launch: either of the two. */
  readonly interrupted: AbortSignal;
  readonly notices: Notices;
  /** The author's way to launch that is tried, or was begun last. */
  variant: number;

  constructor({ claim, workshop, signal, cancel }: AttemptOptions) {
    const { agent, server } = workshop;
    this.claim = claim;
    this.workshop = workshop;
    this.signal = signal;
    this.cancel = cancel;
    this.variant = claim.begunVariant ?? 0;
    this.interrupted = AbortSignal.any([signal, cancel.signal]);
    this.notices = new Notices((notice) =>
      server.recordObservation({ agent, attemptId: claim.attempt.id, ...notice }),
    );
  }

  get id(): string {
    return this.claim.attempt.id;
  }

  get isCancelled(): boolean {
    return this.cancel.signal.aborted;
  }

  get words(): PlatformWords {
    return platformWords(this.claim.flowRun.flowVersion.environmentType);
  }

  /** What an environment needs to launch it in the way that is tried now. */
  request(): LaunchRequest {
    const { attempt, bootstrapToken, earlier, flowRun } = this.claim;
    return {
      installationId: this.workshop.installation.id,
      flowName: flowRun.flowVersion.flow.name,
      flowRunId: flowRun.id,
      attempt: attempt.number,
      attemptId: attempt.id,
      image: flowRun.flowVersion.image,
      apiUrl: this.workshop.containerApiUrl,
      bootstrapToken: bootstrapToken ?? "",
      earlier,
      variant: this.variant,
    };
  }

  /** Says something to the server as often as it takes. Throws where the attempt is another's, or what is said is refused. */
  async persist<T>(doing: string, call: () => Promise<T>): Promise<T> {
    return retry(call, {
      signal: this.signal,
      again: (error, count) => {
        if (isSuperseded(error) || isSlipwayError(error, "INVALID_ARGUMENT")) return false;
        if (count === 1) this.trouble(doing, error);
        return true;
      },
    });
  }

  trouble(doing: string, error: unknown): void {
    const { flowRunName } = nameOf(this.claim);
    const message = typeof error === "string" ? error : messageOf(error);
    this.workshop.tell({ kind: "trouble", doing: `${flowRunName}: ${doing}`, message });
  }
}
