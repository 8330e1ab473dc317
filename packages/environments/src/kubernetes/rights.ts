/** A right in one namespace, as a Role of Kubernetes writes it. */
export interface Right {
  /** The core group is the empty name. */
  readonly apiGroup: string;
  /** With its subresource, for example `pods/log`. */
  readonly resource: string;
  readonly verb: string;
  /** What is missed without it; a launch needs those that say nothing here. */
  readonly without?: string;
}

/** What launching Jobs needs of a namespace: the agent's rights, no more. */
export const RIGHTS: readonly Right[] = Object.freeze([
  ...rights("batch", "jobs", ["create", "get", "list", "watch", "delete"]),
  ...rights("", "secrets", ["create", "get", "patch", "delete"]),
  ...rights("", "pods", ["list", "watch"]),
  ...rights("", "pods/log", ["get"], "no line of what containers write is kept"),
  ...rights("", "events", ["list", "watch"], "diagnoses lack the cluster's own events"),
  ...rights("", "resourcequotas", ["list"], "an exhausted quota is noticed by refused pods only"),
  ...rights("", "serviceaccounts", ["get"], "a service account that is missing shows at the pod"),
  ...rights("", "namespaces", ["get"], "a namespace that is missing shows at the first launch"),
]);

function rights(
  apiGroup: string,
  resource: string,
  verbs: readonly string[],
  without?: string,
): readonly Right[] {
  return verbs.map((verb) =>
    Object.freeze({ apiGroup, resource, verb, ...(without === undefined ? {} : { without }) }),
  );
}
