import { describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { RIGHTS, type Right } from "../rights.ts";
import { missingRoleYaml, roleYaml } from "./role.ts";

/** What a Role's rules allow, one by one. */
function allowedBy(role: unknown): readonly string[] {
  const { rules } = role as {
    rules: { apiGroups: string[]; resources: string[]; verbs: string[] }[];
  };
  return rules
    .flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => `${group}/${resource} ${verb}`)),
      ),
    )
    .sort();
}

const written = (rights: readonly Right[]) =>
  rights.map(({ apiGroup, resource, verb }) => `${apiGroup}/${resource} ${verb}`).sort();

const some = RIGHTS.filter(({ verb }) => verb === "list" || verb === "delete");

function documents(rights: readonly Right[], user?: string) {
  return parseAllDocuments(missingRoleYaml("flows", rights, user)).map(
    (document) => document.toJS() as Record<string, unknown>,
  );
}

describe("roleYaml", () => {
  it("allows each right, and nothing else", () => {
    const role: unknown = parse(roleYaml("flows"));
    expect(role).toMatchObject({ kind: "Role", metadata: { namespace: "flows" } });
    expect(allowedBy(role)).toEqual(written(RIGHTS));
  });
});

describe("missingRoleYaml", () => {
  it("allows what is missing and nothing else, and binds it under the same name", () => {
    const [role = {}, binding] = documents(some);
    expect(allowedBy(role)).toEqual(written(some));
    const { name } = role["metadata"] as { name: string };
    expect(binding).toMatchObject({
      kind: "RoleBinding",
      metadata: { name, namespace: "flows" },
      roleRef: { kind: "Role", name },
    });
  });

  it("has another name for other rights, so that it replaces no earlier one", () => {
    const nameOf = (rights: readonly Right[]) => documents(rights)[0]?.["metadata"];
    expect(nameOf(some)).toEqual(nameOf([...some]));
    expect(nameOf(some)).not.toEqual(nameOf(some.slice(1)));
  });

  it.each([
    [
      "system:serviceaccount:tools:agent",
      { kind: "ServiceAccount", name: "agent", namespace: "tools" },
    ],
    ["jane", { kind: "User", name: "jane", apiGroup: "rbac.authorization.k8s.io" }],
    [undefined, { kind: "ServiceAccount", name: "slipway-agent", namespace: "flows" }],
  ])("binds %s", (user, subject) => {
    expect(documents(some, user)[1]?.["subjects"]).toEqual([subject]);
  });
});
