import { isSlipwayError, type JsonObject } from "@slipway/core";
import { allowed, type Finding, type Probe } from "../../doctor/check.ts";
import { objectsOf, textOf } from "../../plain-read.ts";
import { causeOf, exceptionOf } from "../cloud-error.ts";
import { isUnknownFamily } from "../definition-registry.ts";
import type { Ecs } from "../ecs.ts";
import { isUnknownTask } from "../unknown-task.ts";

/** A task that is nowhere, and a revision that no family reaches ("a family ends at one million"). */
const NO_TASK = "0".repeat(32);
const NO_REVISION = 2_147_483_647;

const READ = "read it";
const REFUSED =
  "sent a request that AWS must refuse for its content, which it does after it has checked the right";

export interface EcsSubject {
  readonly ecs: Ecs;
  /** What RunTask would be sent, without a run. */
  readonly run: JsonObject;
  readonly family: string;
  /** False where the author names a definition that is there. */
  readonly registers: boolean;
}

/** Whether the rights that launching takes are there, each tried by itself. */
export function ecsProbes(subject: EcsSubject): readonly Probe[] {
  const own = subject.registers ? [registerProbe(subject)] : [];
  return [
    clusterProbe(subject),
    definitionProbe(subject),
    ...own,
    runProbe(subject),
    listProbe(subject),
    describeProbe(subject),
    stopProbe(subject),
  ];
}

function clusterOf({ run }: EcsSubject) {
  const cluster = textOf(run["cluster"]);
  return {
    name: `cluster ${cluster ?? "default"}`,
    at: cluster === undefined ? {} : { cluster },
  };
}

function clusterProbe(subject: EcsSubject): Probe {
  const { name } = clusterOf(subject);
  const cluster = textOf(subject.run["cluster"]);
  return {
    action: "ecs:DescribeClusters",
    resource: name,
    how: READ,
    run: async () => {
      const wanted = cluster === undefined ? {} : { clusters: [cluster] };
      const { clusters = [] } = await subject.ecs.describeClusters(wanted);
      const [found] = clusters;
      if (found === undefined) return noCluster(name, "is not there");
      if (found.status !== "ACTIVE")
        return noCluster(name, `is ${found.status ?? "without a status"}`);
      return providersFinding(subject.run, found.capacityProviders ?? []);
    },
  };
}

function noCluster(name: string, what: string): Finding {
  const advice = "create the cluster, or correct `cluster`";
  return { ok: false, message: `${name} ${what}`, advice };
}

/** AWS refuses a strategy with a provider that the cluster does not have. */
function providersFinding(run: JsonObject, known: readonly string[]): Finding {
  const wanted = objectsOf(run["capacityProviderStrategy"]).map(({ capacityProvider }) =>
    String(capacityProvider),
  );
  const missing = wanted.filter((provider) => !known.includes(provider));
  if (missing.length === 0) return allowed("the cluster is ACTIVE");
  return {
    ok: false,
    message: `the cluster has no capacity provider ${missing.join(", ")}; it has ${known.join(", ") || "none"}`,
    advice:
      "add it by `aws ecs put-cluster-capacity-providers`, or correct `capacityProviderStrategy`",
  };
}

function definitionProbe({ ecs, family }: EcsSubject): Probe {
  return {
    action: "ecs:DescribeTaskDefinition",
    resource: `task definition ${family}`,
    how: READ,
    run: async () => {
      const { taskDefinition } = await ecs.describeTaskDefinition({ taskDefinition: family });
      return allowed(`its latest revision is ${String(taskDefinition?.revision)}`);
    },
    proves: (error) =>
      isUnknownFamily(error) ? "allowed; nothing is registered there yet" : undefined,
  };
}

function registerProbe({ ecs, family }: EcsSubject): Probe {
  return {
    action: "ecs:RegisterTaskDefinition",
    resource: `task definition ${family}`,
    how: REFUSED,
    run: async () => {
      // No definition is without a container. The tag asks for ecs:TagResource as well.
      const tags = [{ key: "slipway:doctor", value: "not to be" }];
      const input = { family, containerDefinitions: [], tags };
      const { taskDefinition } = await ecs.registerTaskDefinition(input);
      const made =
        taskDefinition?.taskDefinitionArn ?? `${family}:${String(taskDefinition?.revision)}`;
      // This endpoint takes what AWS does not. It is cleared away.
      await ecs.deregisterTaskDefinition({ taskDefinition: made });
      return allowed("allowed; the endpoint took the request, so the revision was deregistered");
    },
    proves: (error) => (isRefusedForContent(error) ? "allowed" : undefined),
  };
}

/** Other refusals say nothing of the right: a region that is not enabled, an account that is blocked. */
function isRefusedForContent(error: unknown): boolean {
  const names = ["ClientException", "InvalidParameterException", "ValidationException"];
  return causeOf(error) === "Refused" && names.includes(String(exceptionOf(error)));
}

function runProbe(subject: EcsSubject): Probe {
  const { ecs, family } = subject;
  const { at, name } = clusterOf(subject);
  return {
    action: "ecs:RunTask",
    resource: `task definition ${family} in ${name}`,
    how: REFUSED,
    run: async () => {
      await ecs.runTask(
        { ...runnable(subject.run), ...at, taskDefinition: `${family}:${NO_REVISION}` },
        "",
      );
      return { ok: null, message: "the endpoint answered a request that AWS refuses" };
    },
    proves: (error) => (causeOf(error) === "DefinitionInactive" ? "allowed" : undefined),
  };
}

/** The fields that say where and how, which AWS checks rights by; not what would run. */
function runnable(run: JsonObject): JsonObject {
  const names = [
    "launchType",
    "capacityProviderStrategy",
    "networkConfiguration",
    "platformVersion",
  ];
  return Object.fromEntries(
    names.flatMap((name) => (run[name] === undefined ? [] : [[name, run[name]]])),
  );
}

function listProbe(subject: EcsSubject): Probe {
  const { at, name } = clusterOf(subject);
  return {
    action: "ecs:ListTasks",
    resource: name,
    how: READ,
    run: async () => {
      await subject.ecs.listTasks({ ...at, family: subject.family, maxResults: 1 });
      return allowed();
    },
  };
}

function describeProbe(subject: EcsSubject): Probe {
  const { at, name } = clusterOf(subject);
  return {
    action: "ecs:DescribeTasks",
    resource: name,
    how: "read a task that is not there",
    run: async () => {
      await subject.ecs.describeTasks({ ...at, tasks: [NO_TASK] });
      return allowed();
    },
  };
}

function stopProbe(subject: EcsSubject): Probe {
  const { at, name } = clusterOf(subject);
  return {
    action: "ecs:StopTask",
    resource: name,
    how: "asked to stop a task that is not there",
    run: async () => {
      await subject.ecs.stopTask({ ...at, task: NO_TASK, reason: "slipway doctor aws" });
      return allowed();
    },
    proves: (error) =>
      isUnknownTask(error) && isSlipwayError(error) && causeOf(error) !== "ClusterNotFound"
        ? "allowed"
        : undefined,
  };
}
