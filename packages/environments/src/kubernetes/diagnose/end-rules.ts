import type { Cause } from "../causes.ts";
import type { EndFacts } from "./end-facts.ts";

interface EndRule {
  readonly cause: Cause;
  readonly applies: (facts: EndFacts) => boolean;
}

/** What kubelets of all releases say of a pod that they end since their node shuts down. */
const SHUTDOWN = ["Terminated", "NodeShutdown", "Shutdown"];

/** Causes from the most telling to the least; the first that applies is taken. */
const END_RULES: readonly EndRule[] = [
  { cause: "UserInitiated", applies: ({ stopAsked }) => stopAsked },
  { cause: "Evicted", applies: ({ podReason }) => podReason === "Evicted" },
  {
    cause: "Preempted",
    applies: ({ podReason, disruption }) =>
      podReason === "Preempting" || disruption === "PreemptionByScheduler",
  },
  {
    cause: "DeadlineExceeded",
    applies: ({ podReason, jobFailure, podDeleted, end }) =>
      podReason === "DeadlineExceeded" ||
      (jobFailure === "DeadlineExceeded" && (podDeleted || end === undefined)),
  },
  { cause: "NodeLost", applies: isNodeLost },
  {
    cause: "Disrupted",
    applies: ({ podReason, disruption, suspended, podDeleted }) =>
      disruption !== "" || SHUTDOWN.includes(podReason) || (suspended && podDeleted),
  },
  // A kubelet that refuses a pod gives the reason and starts nothing.
  { cause: "PodRejected", applies: ({ podReason, end }) => podReason !== "" && end === undefined },
  {
    cause: "JobDeleted",
    applies: ({ jobDeleted, podDeleted, end }) => jobDeleted && (podDeleted || end === undefined),
  },
  // A process of the container may be killed for its memory, and its parent end with a code of its own.
  {
    cause: "OutOfMemory",
    applies: ({ end }) => end?.reason === "OOMKilled" && end.exitCode !== 0,
  },
  { cause: "ContainerCannotRun", applies: ({ end }) => isStartFailure(end) },
  { cause: "InitContainerFailed", applies: ({ failedInit }) => failedInit !== undefined },
  {
    cause: "CrashLoop",
    applies: ({ jobFailure, restarts, end }) =>
      jobFailure === "BackoffLimitExceeded" && restarts > 0 && end?.exitCode !== 0,
  },
  { cause: "PodDeleted", applies: ({ podDeleted }) => podDeleted },
  {
    cause: "EssentialContainerExited",
    applies: ({ end, isFollowed }) => end !== undefined || isFollowed,
  },
  { cause: "JobFailed", applies: ({ jobFailure }) => jobFailure !== "" },
];

/** Why a start ended that is over. */
export function causeOfEnd(facts: EndFacts): Cause {
  return END_RULES.find(({ applies }) => applies(facts))?.cause ?? "Unknown";
}

/** Whether the container's program could not be started at all. */
export function isStartFailure(end: EndFacts["end"]): boolean {
  return end?.reason === "StartError" || end?.reason === "ContainerCannotRun";
}

function isNodeLost({ podReason, disruption, nodeSilent, end }: EndFacts): boolean {
  return (
    podReason === "NodeLost" ||
    disruption === "DeletionByPodGC" ||
    (disruption === "DeletionByTaintManager" && nodeSilent) ||
    // What the kubelet says where a container vanished, as when its node was started anew.
    end?.reason === "ContainerStatusUnknown"
  );
}
