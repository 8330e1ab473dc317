import { isSlipwayError, type LaunchRequest, type SerializedEnvironment } from "@slipway/core";
import type { Check } from "../../doctor/check.ts";
import { runProbe } from "../../doctor/run-probe.ts";
import { type OpenKubeApi, openKubeApi } from "../api/http-kube-api.ts";
import { argumentsAt, type KubernetesPlace } from "../arguments-at.ts";
import type { KubernetesArguments } from "../kubernetes-arguments.ts";
import { objectOf } from "../read-job.ts";
import { renderLaunch } from "../render.ts";
import { RIGHTS, type Right } from "../rights.ts";
import { dryRunProbes } from "./dry-run-probes.ts";
import { EMPTY_ENVIRONMENT } from "./empty-environment.ts";
import { serverProbe, userProbe } from "./identity-probes.ts";
import { namespaceProbe } from "./namespace-probe.ts";
import { referenceProbes } from "./reference-probes.ts";
import { rightProbe } from "./right-probes.ts";
import { missingRoleYaml } from "./role.ts";
import { roomProbes } from "./room-probes.ts";
import type { KubernetesSubject } from "./subject.ts";

export interface KubernetesDoctorOptions extends KubernetesPlace {
  /** Names the Job where the environment does not. */
  readonly flowName?: string | undefined;
  /** The flow's image: a cluster may have rules about where images come from. */
  readonly image?: string | undefined;
}

export interface KubernetesExamination {
  readonly checks: readonly Check[];
  /** Undefined where no cluster was found. */
  readonly namespace?: string;
  /** A Role with the rights that are missing and its binding, as YAML for `kubectl apply`. */
  readonly role?: string;
}

/**
 * Tries everything that launching a `KubernetesJobEnvironment` needs of a cluster: the address, credentials, the
 * namespace, each right, what the Job names, and room for it; by reads, access reviews and dry runs. Nothing is created.
 * Throws `ENVIRONMENT_INVALID`, and `ENVIRONMENT_NOT_LAUNCHABLE` for another type of environment.
 */
export async function doctorKubernetes(
  environment: SerializedEnvironment = EMPTY_ENVIRONMENT,
  options: KubernetesDoctorOptions = {},
): Promise<KubernetesExamination> {
  const args = argumentsAt(environment, options);
  let api: OpenKubeApi;
  try {
    api = await openKubeApi(args);
  } catch (error) {
    if (!isSlipwayError(error)) throw error;
    return { checks: [unopened(error.message)] };
  }
  try {
    return await examine(subjectOf(api, args, options));
  } finally {
    api.close();
  }
}

async function examine(subject: KubernetesSubject): Promise<KubernetesExamination> {
  const { api, namespace } = subject;
  const missing = new Set<Right>();
  let user: string | undefined;
  const server = await runProbe(serverProbe(api));
  if (server.ok === false) return { checks: [server], namespace };
  const who = await runProbe(
    userProbe(api, (name) => {
      user = name;
    }),
  );
  if (who.ok === false) return { checks: [server, who], namespace };
  const probes = [
    namespaceProbe(subject),
    ...RIGHTS.map((right) => rightProbe(subject, right, (missed) => missing.add(missed))),
    ...referenceProbes(subject),
    ...roomProbes(subject),
    ...dryRunProbes(subject),
  ];
  const checks = [server, who, ...(await Promise.all(probes.map(runProbe)))];
  if (missing.size === 0) return { checks, namespace };
  const lacked = RIGHTS.filter((right) => missing.has(right));
  return { checks, namespace, role: missingRoleYaml(namespace, lacked, user) };
}

function unopened(message: string): Check {
  return {
    action: "find the cluster",
    resource: "kubeconfig",
    ok: false,
    how: "read the kubeconfig, or the pod's service account",
    message,
    advice: "",
  };
}

function subjectOf(
  api: OpenKubeApi,
  args: KubernetesArguments,
  { flowName = "slipway-doctor", image = "slipway/doctor" }: KubernetesDoctorOptions,
): KubernetesSubject {
  const request = { ...REQUEST, flowName, image };
  const inputs = renderLaunch(args, request, api.contextNamespace);
  return {
    api,
    namespace: args.namespace ?? api.contextNamespace ?? "default",
    secret: objectOf(inputs["CreateNamespacedSecret"]),
    job: objectOf(inputs["CreateNamespacedJob"]),
    fieldValidation: args.fieldValidation,
  };
}

/** Of a run that there is not: what the API server checks as it checks a real one's. */
const REQUEST: Omit<LaunchRequest, "flowName" | "image"> = {
  installationId: "slipway-doctor",
  flowRunId: "00000000-0000-7000-8000-000000000000",
  attempt: 1,
  attemptId: "00000000-0000-7000-8000-000000000001",
  apiUrl: "http://slipway.invalid/graphql",
  bootstrapToken: "slb_none",
  earlier: [],
  variant: 0,
};
