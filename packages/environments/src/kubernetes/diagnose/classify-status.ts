import type { JsonObject } from "@slipway/core";
import type { FailureNature } from "../../failure-nature.ts";
import type { Cause } from "../causes.ts";
import { invalidFields } from "./invalid-fields.ts";

/** What the API server's `Status` says of a refused call. */
export interface RefusedStatus {
  /** Of HTTP. */
  readonly status: number;
  /** For example `Forbidden`. */
  readonly reason: string;
  readonly message: string;
  /** `kind`, `name`, `causes`. */
  readonly details: JsonObject;
}

export interface ClassifiedStatus {
  readonly cause: Cause;
  readonly nature: FailureNature;
  /** What to do, as the rest of a sentence. */
  readonly advice?: string;
}

interface Row extends ClassifiedStatus {
  /** Any where it is left out. */
  readonly status?: readonly number[];
  readonly says?: RegExp;
  /** The kind of object that the refusal is of. */
  readonly of?: string;
}

const RIGHTS =
  "`slipway doctor kubernetes` prints the Role that the agent's account needs in that namespace";
const NAMESPACE = "create the namespace, or correct `namespace` in the flow's environment";
const TOO_LARGE =
  "the Job is larger than the API server or its store takes (about 1.5 MB): move data out of it";
const ADMISSION = "change the Job so that the cluster's rules admit it, or have the rule changed";

/** What the API server says, most telling first: several kinds of refusal share a status. */
const ROWS: readonly Row[] = [
  // Rules of the cluster, under whatever status their authors chose.
  {
    says: /denied (the )?request|violates PodSecurity/i,
    cause: "AdmissionDenied",
    nature: "permanent",
    advice: ADMISSION,
  },
  {
    status: [403],
    says: /exceeded quota:/,
    cause: "QuotaExceeded",
    nature: "capacity",
    advice: "wait for other Jobs to end, or have the namespace's ResourceQuota raised",
  },
  {
    status: [403],
    says: /failed quota: .*must specify/,
    cause: "AdmissionDenied",
    nature: "permanent",
    advice: "give every container the requests and limits that the namespace's quota counts",
  },
  {
    status: [403],
    says: /because it is being terminated/,
    cause: "NamespaceNotFound",
    nature: "permanent",
    advice: NAMESPACE,
  },
  {
    status: [403],
    says: /cannot \S+ resource/,
    cause: "AccessDenied",
    nature: "permanent",
    advice: RIGHTS,
  },
  {
    status: [403],
    says: /is forbidden: /,
    cause: "AdmissionDenied",
    nature: "permanent",
    advice: ADMISSION,
  },
  { status: [403], cause: "AccessDenied", nature: "permanent", advice: RIGHTS },
  {
    status: [401],
    cause: "CredentialsInvalid",
    nature: "permanent",
    advice: "check the kubeconfig's user, or the service account of the agent's pod",
  },
  // Not there, or there already.
  {
    status: [404],
    of: "namespaces",
    cause: "NamespaceNotFound",
    nature: "permanent",
    advice: NAMESPACE,
  },
  {
    status: [404],
    says: /could not find the requested resource|page not found/,
    cause: "Refused",
    nature: "permanent",
    advice:
      "the server has no such API: check that it is a Kubernetes API server, of 1.29 or later",
  },
  // The quota's own record is changed by every Job of the namespace at once.
  {
    status: [409],
    says: /cannot be fulfilled on resourcequotas/,
    cause: "Throttled",
    nature: "throttled",
  },
  {
    status: [409],
    says: /already exists/,
    cause: "NameTaken",
    nature: "permanent",
    advice: "another object has that name: delete it, or leave `uniqueJobName` at its default",
  },
  // Asked too often.
  { status: [429], cause: "Throttled", nature: "throttled" },
  // What was asked for cannot be. A Job that etcd refuses for its size is written a second time, under other labels.
  {
    says: /request is too large|labels\[controller-uid\].*`selector` not auto-generated/,
    cause: "InvalidJob",
    nature: "permanent",
    advice: TOO_LARGE,
  },
  { status: [413], cause: "InvalidJob", nature: "permanent", advice: TOO_LARGE },
  // Whether it did what it was asked is open.
  { status: [408, 500, 502, 503, 504], cause: "Unreachable", nature: "transient" },
  // A list's token or a watch's version has grown too old: ask from the start.
  { status: [410], cause: "Refused", nature: "transient" },
];

/** What a refusal of the API server means, and what to do about it. */
export function classifyStatus(refused: RefusedStatus): ClassifiedStatus {
  const { status, message, details } = refused;
  const row = ROWS.find(
    (candidate) =>
      (candidate.status?.includes(status) ?? true) &&
      (candidate.says?.test(message) ?? true) &&
      (candidate.of === undefined || candidate.of === details["kind"]),
  );
  if (row === undefined) return unlisted(refused);
  const { cause, nature, advice } = row;
  return advice === undefined ? { cause, nature } : { cause, nature, advice };
}

function unlisted({ status, message, details }: RefusedStatus): ClassifiedStatus {
  if (status === 400 || status === 422) {
    const fields = invalidFields(message, details).map((field) => `\`${field}\``);
    const what = fields.length === 0 ? "what the server names" : fields.join(", ");
    const unknown = /unknown field/.test(message)
      ? ', or give `fieldValidation: "Warn"` where the cluster may ignore it'
      : "";
    const advice = `correct ${what} in the flow's Job${unknown}, and register the flow again`;
    return { cause: "InvalidJob", nature: "permanent", advice };
  }
  if (status > 500) return { cause: "Unreachable", nature: "transient" };
  return { cause: "Refused", nature: "permanent" };
}
