import type { Notice } from "../../notice.ts";
import { textOf } from "../../plain-read.ts";
import type { KubernetesArguments } from "../kubernetes-arguments.ts";
import { objectOf, podSpecOf } from "../read-job.ts";

/** A run's evidence is read within seconds; this leaves room for an agent that is started anew. */
const SHORT_TTL_SECONDS = 60;

/** Of what the Job says outside its containers. */
export function jobNotices({ job, uniqueJobName }: KubernetesArguments): readonly Notice[] {
  const metadata = objectOf(job["metadata"]);
  const spec = objectOf(job["spec"]);
  const pod = podSpecOf(job);
  const { backoffLimit, ttlSecondsAfterFinished: ttl } = spec;
  const { dnsPolicy } = pod;
  const name = textOf(metadata["name"]);
  return [
    when(!uniqueJobName, "uniqueJobName", name === undefined ? NAMELESS : ONE_AT_A_TIME),
    when(name === undefined && isGiven(metadata["generateName"]), "metadata.generateName", PREFIX),
    when(typeof backoffLimit === "number" && backoffLimit > 0, "spec.backoffLimit", STARTS_AGAIN),
    when(pod["restartPolicy"] === "OnFailure", "spec.template.spec.restartPolicy", RESTARTS),
    when(
      typeof ttl === "number" && ttl < SHORT_TTL_SECONDS,
      "spec.ttlSecondsAfterFinished",
      `is ${String(ttl)}: Kubernetes may delete the Job, its pod and what they wrote before it is told why a run failed; give ${SHORT_TTL_SECONDS} or more`,
    ),
    when(spec["suspend"] === true, "spec.suspend", SUSPENDED),
    when(
      pod["hostNetwork"] === true &&
        dnsPolicy !== "ClusterFirstWithHostNet" &&
        dnsPolicy !== "None",
      "spec.template.spec.hostNetwork",
      "takes the node's DNS, too, so names of Services are not found; give dnsPolicy: ClusterFirstWithHostNet",
    ),
  ].flat();
}

const NAMELESS =
  "is false, and the Job has no metadata.name to keep, so each launch gets a name of its own";
const ONE_AT_A_TIME =
  "is false, so there is one run at a time: while a Job of that name is there, finished or not, the next launch fails with NameTaken";
const PREFIX =
  "is the beginning of the name only: what follows is made of the run and the attempt, so that a launch that is repeated makes no second Job";
const STARTS_AGAIN =
  "lets Kubernetes start the flow once more by itself: each start is an attempt of the run, whose tasks begin again, and the retries of `onInfrastructureFailure` come on top. With 0 (or without it) Slipway alone decides, by cause";
const RESTARTS =
  "is OnFailure, so the flow is started again in its pod, even with a backoffLimit of 0: each start is an attempt of the run, and a Job that has used up its limit ends as CrashLoop, whatever its starts ended with, which is then the one rule of `onInfrastructureFailure` that applies. To have Slipway decide, by cause, give Never";
const SUSPENDED =
  "is true, so the Job waits until somebody resumes it, for example Kueue; start timeouts wait along";

function when(applies: boolean, path: string, message: string): readonly Notice[] {
  return applies ? [{ path, message }] : [];
}

function isGiven(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}
