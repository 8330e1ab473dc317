import type { Json } from "@slipway/core";
import type { Notice } from "../../notice.ts";
import { objectsOf, textOf } from "../../plain-read.ts";
import { isReserved } from "../../reserved-environment.ts";
import { looksSecret } from "../../secret-looking.ts";
import type { KubernetesArguments } from "../kubernetes-arguments.ts";
import { containersOf, type PlacedContainer } from "../spec/containers.ts";
import { pathText } from "../spec/finding.ts";

/** Of what stands in the containers. */
export function containerNotices({ job }: Pick<KubernetesArguments, "job">): readonly Notice[] {
  const containers = containersOf(job);
  return [
    ...containers.filter(({ isFlow }) => isFlow).flatMap(replaced),
    ...containers.flatMap(secretsInTheOpen),
    ...containers.flatMap(unendingSidecar),
    ...containers.flatMap(movingImage),
  ];
}

const REPLACED: Readonly<Record<string, string>> = {
  image: "is replaced by the flow's image",
  command: "is replaced: the flow's container runs the flow",
  args: "are taken out: the flow's container runs the flow",
};

function replaced({ container, at }: PlacedContainer): readonly Notice[] {
  const fields = Object.entries(REPLACED)
    .filter(([field]) => isGiven(container[field]))
    .map(([field, message]) => ({ path: pathText([...at, field]), message }));
  const variables = objectsOf(container["env"]).flatMap((entry, index) =>
    isReserved(entry)
      ? {
          path: pathText([...at, "env", index]),
          message: `is replaced: Slipway itself sets ${String(entry["name"])} in the flow's container`,
        }
      : [],
  );
  const never = {
    path: pathText([...at, "imagePullPolicy"]),
    message:
      "is Never, so the flow's image has to be on the node before each run: every new version of the flow is a new image. Leave it out",
  };
  return [...fields, ...variables, ...(container["imagePullPolicy"] === "Never" ? [never] : [])];
}

function isGiven(value: Json | undefined): boolean {
  return Array.isArray(value) ? value.length > 0 : (value ?? "") !== "";
}

function secretsInTheOpen({ container, at }: PlacedContainer): readonly Notice[] {
  return objectsOf(container["env"]).flatMap((entry, index) => {
    const name = String(entry["name"]);
    if (textOf(entry["value"]) === undefined || isReserved(entry) || !looksSecret(name)) return [];
    return {
      path: pathText([...at, "env", index]),
      message: `puts ${name} in the open: in the flow's image, and before everybody who may read Jobs or pods; keep it in a Secret and name that in valueFrom.secretKeyRef`,
    };
  });
}

function unendingSidecar({ at, place, isFlow }: PlacedContainer): readonly Notice[] {
  if (isFlow || !place.startsWith("containers")) return [];
  return [
    {
      path: pathText(at),
      message:
        "is a sidecar: the run ends with the flow's container, and one that goes on is ended by deleting the Job. To have Kubernetes start it first and end it last, make it an init container with restartPolicy: Always (Kubernetes 1.29 and later)",
    },
  ];
}

function movingImage({ container, at, isFlow }: PlacedContainer): readonly Notice[] {
  const image = textOf(container["image"]);
  if (isFlow || image === undefined || image.includes("@")) return [];
  const [, tag = "latest"] = /:([^/:]+)$/.exec(image) ?? [];
  if (tag !== "latest") return [];
  return [
    {
      path: pathText([...at, "image"]),
      message:
        "has no fixed tag, so two runs of one version of the flow may get different images; give a tag or a digest",
    },
  ];
}
