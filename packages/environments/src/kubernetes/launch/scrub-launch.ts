import type { Json, JsonObject } from "@slipway/core";
import { isObject, textOf, without } from "../../plain-read.ts";
import { createScrubber, type Scrubber } from "../../scrub.ts";
import { objectOf } from "../read-job.ts";

/** What a field of the Kubernetes API may be called: other keys are their author's words, as those of labels are. */
const FIELD_NAME = /^[a-z][A-Za-z0-9]*$/;
/** Whatever their keys look like. */
const FREE_MAPS = new Set(["labels", "annotations", "nodeSelector", "matchLabels"]);

/** The host has a dot or a port; where there is none, the image is Docker Hub's. */
const IMAGE = /^(?:[^/]*[.:][^/]*\/|localhost\/)?(?<repository>[^:@]+)(?::(?<tag>[^@]+))?(?:@.*)?$/;

/** Takes an environment's arguments out of the cluster's words. */
export function launchScrubber(args: JsonObject): Scrubber {
  const job = objectOf(args["jobSpec"]);
  const metadata = objectOf(job["metadata"]);
  const spec = without(job, "apiVersion", "kind");
  const parts = { ...keysIn(spec, "jobSpec"), ...imagePartsIn(spec, "jobSpec") };
  const base = createScrubber({ ...args, jobSpec: spec, ...parts }, ["fieldValidation"]);
  const namespace = textOf(args["namespace"]) ?? textOf(metadata["namespace"]);
  return quoting(base, { namespace, "jobSpec.metadata.name": textOf(metadata["name"]) });
}

/** Keys that are their author's words, by where they stand. */
function keysIn(value: Json, path: string): Readonly<Record<string, string>> {
  if (Array.isArray(value)) {
    return Object.assign({}, ...value.map((item, index) => keysIn(item, `${path}[${index}]`)));
  }
  if (!isObject(value)) return {};
  const isFree = FREE_MAPS.has(path.slice(path.lastIndexOf(".") + 1));
  const found = Object.entries(value).map(([key, item], index) => {
    const own = isFree || !FIELD_NAME.test(key);
    return {
      ...(own ? { [`key ${index} of ${path}`]: key } : {}),
      ...keysIn(item, own ? `${path}[${index}]` : `${path}.${key}`),
    };
  });
  return Object.assign({}, ...found);
}

/** A registry's address of an image has its repository and its tag apart: `/v2/<repository>/manifests/<tag>`. */
function imagePartsIn(value: Json, path: string): Readonly<Record<string, string>> {
  if (Array.isArray(value)) {
    return Object.assign(
      {},
      ...value.map((item, index) => imagePartsIn(item, `${path}[${index}]`)),
    );
  }
  if (!isObject(value)) return {};
  const found = Object.entries(value).map(([key, item]) =>
    key === "image" && typeof item === "string"
      ? imageParts(item, `${path}.image`)
      : imagePartsIn(item, `${path}.${key}`),
  );
  return Object.assign({}, ...found);
}

function imageParts(image: string, path: string): Readonly<Record<string, string>> {
  const { repository, tag } = IMAGE.exec(image)?.groups ?? {};
  return {
    ...(repository === undefined ? {} : { [`repository of ${path}`]: repository }),
    ...(tag === undefined ? {} : { [`tag of ${path}`]: tag }),
  };
}

/** The API quotes names, so short ones are told from words that look the same. */
function quoting(base: Scrubber, names: Readonly<Record<string, string | undefined>>): Scrubber {
  const text = (given: string) =>
    Object.entries(names).reduce(
      (words, [path, name]) =>
        name === undefined ? words : words.replaceAll(`"${name}"`, `"‹${path}›"`),
      base.text(given),
    );
  return { text, json: base.json, and: (more) => quoting(base.and(more), names) };
}
