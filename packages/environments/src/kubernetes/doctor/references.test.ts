import { describe, expect, it } from "vitest";
import { referencesOf } from "./references.ts";

const named = (podSpec: Parameters<typeof referencesOf>[0]) =>
  referencesOf(podSpec)
    .filter(({ name }) => name !== "default")
    .map(({ kind, name, place }) => `${kind} ${name} ${place}`);

describe("referencesOf", () => {
  it("finds what containers take their environment from", () => {
    expect(
      named({
        initContainers: [{ envFrom: [{ configMapRef: { name: "a" } }] }],
        containers: [
          {},
          {
            envFrom: [{ secretRef: { name: "b" } }],
            env: [
              { name: "X", value: "plain" },
              { name: "Y", valueFrom: { configMapKeyRef: { name: "c", key: "k" } } },
            ],
          },
        ],
      }),
    ).toEqual([
      "ConfigMap a initContainers[0].envFrom[0].configMapRef",
      "Secret b containers[1].envFrom[0].secretRef",
      "ConfigMap c containers[1].env[1].valueFrom.configMapKeyRef",
    ]);
  });

  it("finds what volumes hold, each under the name that the API has for it", () => {
    const sources = [{ secret: { name: "d" } }, { configMap: { name: "e" } }];
    expect(
      named({
        volumes: [
          { secret: { secretName: "a" } },
          { configMap: { name: "b" } },
          { persistentVolumeClaim: { claimName: "c" } },
          { projected: { sources } },
          { emptyDir: {} },
        ],
      }),
    ).toEqual([
      "Secret a volumes[0].secret",
      "ConfigMap b volumes[1].configMap",
      "PersistentVolumeClaim c volumes[2].persistentVolumeClaim",
      "Secret d volumes[3].projected.sources[0].secret",
      "ConfigMap e volumes[3].projected.sources[1].configMap",
    ]);
  });

  it("leaves out what its author calls optional", () => {
    const optional = true;
    expect(
      named({
        containers: [{ envFrom: [{ secretRef: { name: "a", optional } }] }],
        volumes: [{ secret: { secretName: "b", optional } }],
      }),
    ).toEqual([]);
  });

  it("asks once for what is named often, for all keys together", () => {
    const env = ["x", "y", "x"].map((key) => ({
      valueFrom: { secretKeyRef: { name: "a", key } },
    }));
    const found = referencesOf({ imagePullSecrets: [{ name: "a" }], containers: [{ env }] });
    expect(found.filter(({ kind }) => kind === "Secret")).toMatchObject([
      { name: "a", place: "imagePullSecrets[0]", keys: ["x", "y"], pulls: true },
    ]);
  });

  it.each([
    [{}, "default"],
    [{ serviceAccount: "old" }, "old"],
    [{ serviceAccount: "old", serviceAccountName: "new" }, "new"],
  ])("knows the account of %j: %s", (podSpec, name) => {
    expect(referencesOf(podSpec)).toMatchObject([{ kind: "ServiceAccount", name }]);
  });
});
