import { createHash } from "node:crypto";
import { stringify } from "yaml";
import { RIGHTS, type Right } from "../rights.ts";

const RBAC = "rbac.authorization.k8s.io";
const NAME = "slipway-agent";

interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

export interface Role {
  readonly apiVersion: string;
  readonly kind: "Role";
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly rules: readonly PolicyRule[];
}

/** The Role of an agent that launches Jobs in this namespace. */
export function agentRole(namespace: string): Role {
  return role(NAME, namespace, RIGHTS);
}

/** {@link agentRole} as YAML. */
export function roleYaml(namespace: string): string {
  return stringify(agentRole(namespace), { lineWidth: 0 });
}

/**
 * A Role with these rights and its binding to who lacks them, as YAML. Its name is of the rights, so that to apply it
 * takes none away that an earlier one gave. Without a user, to the service account that the chart makes.
 */
export function missingRoleYaml(
  namespace: string,
  rights: readonly Right[],
  user: string | undefined,
): string {
  const hash = createHash("sha256")
    .update(JSON.stringify(rulesOf(rights)))
    .digest("hex");
  const name = `${NAME}-${hash.slice(0, 8)}`;
  const documents = [role(name, namespace, rights), binding(name, namespace, user)];
  return documents.map((document) => stringify(document, { lineWidth: 0 })).join("---\n");
}

function role(name: string, namespace: string, rights: readonly Right[]): Role {
  return {
    apiVersion: `${RBAC}/v1`,
    kind: "Role",
    metadata: { name, namespace },
    rules: rulesOf(rights),
  };
}

function binding(name: string, namespace: string, user: string | undefined) {
  return {
    apiVersion: `${RBAC}/v1`,
    kind: "RoleBinding",
    metadata: { name, namespace },
    roleRef: { apiGroup: RBAC, kind: "Role", name },
    subjects: [subjectOf(namespace, user)],
  };
}

function subjectOf(namespace: string, user: string | undefined) {
  if (user === undefined) return { kind: "ServiceAccount", name: NAME, namespace };
  const [, home, account] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user) ?? [];
  return home === undefined || account === undefined
    ? { kind: "User", apiGroup: RBAC, name: user }
    : { kind: "ServiceAccount", name: account, namespace: home };
}

/** Resources of one group with the same verbs share a rule. */
function rulesOf(rights: readonly Right[]): readonly PolicyRule[] {
  const verbs = new Map<string, { readonly right: Right; readonly verbs: string[] }>();
  for (const right of rights) {
    const key = `${right.apiGroup}/${right.resource}`;
    const entry = verbs.get(key) ?? { right, verbs: [] };
    verbs.set(key, { right, verbs: [...entry.verbs, right.verb] });
  }
  const rules = new Map<string, PolicyRule>();
  for (const { right, verbs: own } of verbs.values()) {
    const key = `${right.apiGroup}/${own.join()}`;
    const resources = [...(rules.get(key)?.resources ?? []), right.resource];
    rules.set(key, { apiGroups: [right.apiGroup], resources, verbs: own });
  }
  return [...rules.values()];
}
