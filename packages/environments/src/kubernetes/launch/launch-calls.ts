import { isSlipwayError, type JsonObject } from "@slipway/core";
import { objectsOf, textOf } from "../../plain-read.ts";
import type { KubeAnswer } from "../api/kube-api.ts";
import { jobsPath } from "../cluster/cluster-watch.ts";
import { deleteLaunched } from "../collect/delete-launched.ts";
import type { FieldValidation } from "../kubernetes-arguments.ts";
import { IDENTIFIER_LABEL } from "../launch-labels.ts";
import { objectOf } from "../read-job.ts";
import type { LaunchPlace } from "./launch-place.ts";

/** The calls that a launch is made of. */
export class LaunchCalls {
  readonly #place: LaunchPlace;
  readonly #secrets: string;
  readonly #jobs: string;

  constructor(place: LaunchPlace) {
    this.#place = place;
    this.#secrets = `/api/v1/namespaces/${place.namespace}/secrets`;
    this.#jobs = jobsPath(place.namespace);
  }

  createSecret(body: JsonObject): Promise<KubeAnswer> {
    return this.#place.api.call({
      operation: "create Secret",
      method: "POST",
      path: this.#secrets,
      body,
    });
  }

  createJob(body: JsonObject, fieldValidation: FieldValidation): Promise<KubeAnswer> {
    return this.#place.api.call({
      operation: "create Job",
      method: "POST",
      path: this.#jobs,
      query: { fieldValidation },
      body,
    });
  }

  secret(name: string): Promise<JsonObject | undefined> {
    return this.#read("Secret", `${this.#secrets}/${name}`);
  }

  job(name: string): Promise<JsonObject | undefined> {
    return this.#read("Job", `${this.#jobs}/${name}`);
  }

  /** The Job of an attempt, whatever it is called. */
  async jobOf(attemptId: string): Promise<JsonObject | undefined> {
    const { body } = await this.#place.api.call({
      operation: "list Jobs",
      method: "GET",
      path: this.#jobs,
      query: { labelSelector: `${IDENTIFIER_LABEL}=${attemptId}` },
    });
    return objectsOf(body["items"])[0];
  }

  /** Lets the Secret go with the Job. */
  async own(secret: string, job: JsonObject): Promise<void> {
    const { name, uid } = identityOf(job);
    const owner = { apiVersion: "batch/v1", kind: "Job", name, uid };
    await this.#place.api.call({
      operation: "patch Secret",
      method: "PATCH",
      path: `${this.#secrets}/${secret}`,
      contentType: "application/merge-patch+json",
      body: { metadata: { ownerReferences: [owner] } },
    });
  }

  async deleteJob(job: Identity): Promise<void> {
    await this.#delete("Job", job);
  }

  async deleteSecret(secret: Identity): Promise<void> {
    await this.#delete("Secret", secret);
  }

  async #delete(kind: "Job" | "Secret", { name, uid }: Identity): Promise<void> {
    const { api, namespace } = this.#place;
    try {
      await deleteLaunched(api, namespace, { kind, name, uid });
    } catch (error) {
      // Another object has the name by now, so that one is gone.
      if (!isSlipwayError(error) || error.details["status"] !== 409) throw error;
    }
  }

  async #read(kind: string, path: string): Promise<JsonObject | undefined> {
    try {
      return (await this.#place.api.call({ operation: `get ${kind}`, method: "GET", path })).body;
    } catch (error) {
      if (isSlipwayError(error) && error.details["status"] === 404) return undefined;
      throw error;
    }
  }
}

export interface Identity {
  readonly name: string;
  readonly uid: string;
}

export function identityOf(object: JsonObject): Identity {
  const { name, uid } = objectOf(object["metadata"]);
  return { name: textOf(name) ?? "", uid: textOf(uid) ?? "" };
}

/** Whether an object was made for this attempt. */
export function isOf(object: JsonObject, attemptId: string): boolean {
  return objectOf(objectOf(object["metadata"])["labels"])[IDENTIFIER_LABEL] === attemptId;
}
