import type { JsonObject } from "@slipway/core";
import { textOf, without } from "../../plain-read.ts";
import { createScrubber, type Scrubber } from "../../scrub.ts";
import { objectOf } from "../read-job.ts";

/** Takes an environment's arguments out of the cluster's words. */
export function launchScrubber(args: JsonObject): Scrubber {
  const job = objectOf(args["jobSpec"]);
  const metadata = objectOf(job["metadata"]);
  const base = createScrubber({ ...args, jobSpec: without(job, "apiVersion", "kind") }, [
    "fieldValidation",
  ]);
  const namespace = textOf(args["namespace"]) ?? textOf(metadata["namespace"]);
  return quoting(base, { namespace, "jobSpec.metadata.name": textOf(metadata["name"]) });
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
