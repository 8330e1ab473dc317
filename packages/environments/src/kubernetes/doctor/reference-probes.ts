import type { JsonObject } from "@slipway/core";
import { allowed, type Finding, type Probe } from "../../doctor/check.ts";
import { objectsOf, textOf } from "../../plain-read.ts";
import { objectOf } from "../read-job.ts";
import { ifReadable, isNotThere, READ, readObject } from "./reading.ts";
import { type Reference, type ReferencedKind, referencesOf } from "./references.ts";
import { inNamespace, type KubernetesSubject, podSpecIn } from "./subject.ts";

interface Place {
  readonly group: string;
  readonly plural: string;
  readonly isInNamespace: boolean;
}

const core = (plural: string): Place => ({ group: "/api/v1", plural, isInNamespace: true });

const PLACES: Readonly<Record<ReferencedKind, Place>> = {
  Secret: core("secrets"),
  ConfigMap: core("configmaps"),
  PersistentVolumeClaim: core("persistentvolumeclaims"),
  ServiceAccount: core("serviceaccounts"),
  PriorityClass: {
    group: "/apis/scheduling.k8s.io/v1",
    plural: "priorityclasses",
    isInNamespace: false,
  },
  RuntimeClass: { group: "/apis/node.k8s.io/v1", plural: "runtimeclasses", isInNamespace: false },
};

const PULL_TYPES = ["kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg"];

/** Whether each object that the Job names is there, and has what is asked of it. */
export function referenceProbes(subject: KubernetesSubject): readonly Probe[] {
  const token = objectOf(subject.secret["metadata"])["name"];
  const references = referencesOf(podSpecIn(subject)).filter(
    ({ kind, name }) => kind !== "Secret" || name !== token,
  );
  return references.map((reference) => ({
    action: `find the ${reference.kind} ${reference.name}`,
    resource: PLACES[reference.kind].isInNamespace ? inNamespace(subject) : "the cluster",
    how: READ,
    run: () => ifReadable(() => look(subject, reference)),
  }));
}

async function look(subject: KubernetesSubject, reference: Reference): Promise<Finding> {
  try {
    const object = await readReferenced(subject, reference);
    return reference.kind === "ServiceAccount"
      ? await accountFinding(subject, object)
      : judge(reference, object);
  } catch (error) {
    if (!isNotThere(error)) throw error;
    const advice = `create it, or correct \`${reference.place}\``;
    return { ok: false, message: "it is not there", advice };
  }
}

function readReferenced(
  { api, namespace }: KubernetesSubject,
  { kind, name }: Pick<Reference, "kind" | "name">,
): Promise<JsonObject> {
  const { group, plural, isInNamespace } = PLACES[kind];
  const home = isInNamespace ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return readObject(api, kind, `${group}${home}/${plural}/${encodeURIComponent(name)}`);
}

/** A pod that names no Secrets to pull with gets its account's. */
async function accountFinding(
  subject: KubernetesSubject,
  { imagePullSecrets }: JsonObject,
): Promise<Finding> {
  if (objectsOf(podSpecIn(subject)["imagePullSecrets"]).length > 0) return allowed("it is there");
  for (const { name: given } of objectsOf(imagePullSecrets)) {
    const name = textOf(given) ?? "";
    const finding = await look(subject, {
      kind: "Secret",
      name,
      place: "the account's imagePullSecrets",
      keys: [],
      pulls: true,
    });
    if (finding.ok === true) continue;
    return { ...finding, message: `of its imagePullSecrets, ${name}: ${finding.message}` };
  }
  return allowed("it is there");
}

function judge({ kind, keys, pulls, place }: Reference, object: JsonObject): Finding {
  const type = textOf(object["type"]) ?? "";
  if (pulls && !PULL_TYPES.includes(type)) {
    return {
      ok: false,
      message: `its type is ${type}, which holds no credentials of a registry`,
      advice: `make it of type ${PULL_TYPES[0]} (kubectl create secret docker-registry), or correct \`${place}\``,
    };
  }
  const has = { ...objectOf(object["data"]), ...objectOf(object["binaryData"]) };
  const lacks = keys.filter((key) => !Object.hasOwn(has, key));
  if (lacks.length > 0) {
    return {
      ok: false,
      message: `it has no key ${lacks.join(", ")}`,
      advice: `add it, or correct \`${place}\``,
    };
  }
  if (kind === "PersistentVolumeClaim") return claimFinding(object);
  return allowed("it is there");
}

function claimFinding({ status }: JsonObject): Finding {
  const phase = textOf(objectOf(status)["phase"]) ?? "Pending";
  if (phase !== "Lost") return allowed(`it is ${phase}`);
  return { ok: false, message: "it is Lost: its volume is gone", advice: "make the claim anew" };
}
