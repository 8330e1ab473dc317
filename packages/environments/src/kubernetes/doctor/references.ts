import type { Json, JsonObject } from "@slipway/core";
import { objectsOf, textOf } from "../../plain-read.ts";
import { objectOf } from "../read-job.ts";

export type ReferencedKind =
  | "Secret"
  | "ConfigMap"
  | "PersistentVolumeClaim"
  | "ServiceAccount"
  | "PriorityClass"
  | "RuntimeClass";

/** An object of the cluster that a pod names. */
export interface Reference {
  readonly kind: ReferencedKind;
  readonly name: string;
  /** Where it is named first, for example `containers[0].env[2].valueFrom.secretKeyRef`. */
  readonly place: string;
  /** Keys that it must have. */
  readonly keys: readonly string[];
  /** Of a Secret: credentials to pull images with. */
  readonly pulls: boolean;
}

/** What the pod cannot start without; nothing of what its author calls optional. */
export function referencesOf(podSpec: JsonObject): readonly Reference[] {
  const named = (kind: ReferencedKind, field: string) => reference(kind, podSpec[field], field);
  return merged([
    ...reference("ServiceAccount", accountOf(podSpec), "serviceAccountName"),
    ...named("PriorityClass", "priorityClassName"),
    ...named("RuntimeClass", "runtimeClassName"),
    ...objectsOf(podSpec["imagePullSecrets"]).flatMap(({ name }, index) =>
      reference("Secret", name, `imagePullSecrets[${index}]`, { pulls: true }),
    ),
    ...["initContainers", "containers"].flatMap((list) =>
      objectsOf(podSpec[list]).flatMap((container, index) =>
        inContainer(container, `${list}[${index}]`),
      ),
    ),
    ...objectsOf(podSpec["volumes"]).flatMap((volume, index) =>
      inVolume(volume, `volumes[${index}]`),
    ),
  ]);
}

/** `serviceAccount` is the field's old name. */
function accountOf({ serviceAccountName, serviceAccount }: JsonObject): string {
  return textOf(serviceAccountName) ?? textOf(serviceAccount) ?? "default";
}

function inContainer(container: JsonObject, place: string): readonly Reference[] {
  const all = objectsOf(container["envFrom"]).flatMap(({ secretRef, configMapRef }, index) => {
    const at = `${place}.envFrom[${index}]`;
    return [
      ...selected("Secret", secretRef, `${at}.secretRef`),
      ...selected("ConfigMap", configMapRef, `${at}.configMapRef`),
    ];
  });
  const single = objectsOf(container["env"]).flatMap(({ valueFrom }, index) => {
    const { secretKeyRef, configMapKeyRef } = objectOf(valueFrom);
    const at = `${place}.env[${index}].valueFrom`;
    return [
      ...selected("Secret", secretKeyRef, `${at}.secretKeyRef`),
      ...selected("ConfigMap", configMapKeyRef, `${at}.configMapKeyRef`),
    ];
  });
  return [...all, ...single];
}

function inVolume(volume: JsonObject, place: string): readonly Reference[] {
  const { secret, persistentVolumeClaim, configMap, projected } = volume;
  const { secretName, ...ofSecret } = objectOf(secret);
  const claim = objectOf(persistentVolumeClaim)["claimName"];
  return [
    ...selected("Secret", { ...ofSecret, name: secretName ?? null }, `${place}.secret`),
    ...selected("ConfigMap", configMap, `${place}.configMap`),
    ...reference("PersistentVolumeClaim", claim, `${place}.persistentVolumeClaim`),
    ...objectsOf(objectOf(projected)["sources"]).flatMap((source, index) => {
      const at = `${place}.projected.sources[${index}]`;
      return [
        ...selected("Secret", source["secret"], `${at}.secret`),
        ...selected("ConfigMap", source["configMap"], `${at}.configMap`),
      ];
    }),
  ];
}

/** A selector of an object, or of a key or items of it. */
function selected(
  kind: ReferencedKind,
  selector: Json | undefined,
  place: string,
): readonly Reference[] {
  const { name, key, items, optional } = objectOf(selector);
  if (optional === true) return [];
  const keys = [key, ...objectsOf(items).map((item) => item["key"])].flatMap(
    (one) => textOf(one) ?? [],
  );
  return reference(kind, name, place, { keys });
}

function reference(
  kind: ReferencedKind,
  given: Json | undefined,
  place: string,
  more: Partial<Pick<Reference, "keys" | "pulls">> = {},
): readonly Reference[] {
  const name = textOf(given);
  return name === undefined ? [] : [{ kind, name, place, keys: [], pulls: false, ...more }];
}

/** One look at each object, for all that is asked of it. */
function merged(references: readonly Reference[]): readonly Reference[] {
  const found = new Map<string, Reference>();
  for (const one of references) {
    const id = `${one.kind}/${one.name}`;
    const before = found.get(id) ?? one;
    const keys = [...new Set([...before.keys, ...one.keys])];
    found.set(id, { ...before, keys, pulls: before.pulls || one.pulls });
  }
  return [...found.values()];
}
