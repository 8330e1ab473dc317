import type { EcsClientDefaults, LauncherDefaults } from "@slipway/environments/launch";
import type { Log } from "./events.ts";

export interface AgentOptions {
  /** Tells agents apart; one that starts again under its name takes up its attempts at once. */
  readonly name: string;
  /** Runs whose labels the agent has are launched by it; without labels, runs without labels. */
  readonly labels: readonly string[];
  /** The server's GraphQL endpoint. */
  readonly apiUrl: string;
  /** The same as the containers reach it, where that is another address. */
  readonly containerApiUrl?: string;
  readonly apiKey?: string;
  /** For environments that say nothing of the ECS endpoint, region or credentials themselves. */
  readonly ecsClientDefaults?: EcsClientDefaults;
  /** Replaces the table of list prices that ships with Slipway, by which the cost of an attempt is told. */
  readonly prices?: LauncherDefaults["prices"];
  /** How often to ask for work when nothing is pushed; 5 s unless told. */
  readonly pollMs?: number;
  /** How often to look at what was launched: soon at first and after a change, then less and less. */
  readonly observeMs?: ObserveInterval;
  /** How many attempts to look after at once, beyond those that are taken over; 1,000 unless told. */
  readonly capacity?: number;
  readonly log?: Log;
}

export interface ObserveInterval {
  readonly shortest: number;
  readonly longest: number;
}

export interface Agent {
  /** Stops claiming and watching. What was launched goes on, and is taken up by the next agent of this name. */
  close(): Promise<void>;
}
