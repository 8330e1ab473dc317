import { isSlipwayError, type JsonObject, SlipwayError } from "@slipway/core";
import { causeOf } from "../../fargate/cloud-error.ts";
import { objectsOf, textOf } from "../../plain-read.ts";
import type { Coalesced } from "../cluster/coalesced.ts";
import { review } from "../doctor/right-probes.ts";
import { podSpecOf } from "../read-job.ts";
import { RIGHTS, type Right } from "../rights.ts";
import type { LaunchPlace } from "./launch-place.ts";

/** Rights are changed by people. */
const RIGHTS_HOLD_MS = 5 * 60_000;
const NAMES_HOLD_MS = 60_000;

/**
 * Proves what launching needs of the namespace: each right, the namespace itself and the service account that the Job
 * names. All launches of a while share one proof. Throws `CLOUD_REFUSED`.
 */
export async function checkSetup(
  place: LaunchPlace,
  job: JsonObject,
  proofs: Coalesced,
): Promise<void> {
  const { namespace } = place;
  const account = accountOf(job);
  await Promise.all([
    proofs.once(`rights ${namespace}`, RIGHTS_HOLD_MS, () => checkRights(place)),
    proofs.once(`namespace ${namespace}`, NAMES_HOLD_MS, () => checkNamespace(place)),
    account === undefined
      ? undefined
      : proofs.once(`account ${namespace} ${account}`, NAMES_HOLD_MS, () =>
          checkAccount(place, account),
        ),
  ]);
}

/** What to warn of: image pull secrets that are not there. A registry may do without them, so the launch goes on. */
export async function missingPullSecrets(
  { api, namespace }: LaunchPlace,
  job: JsonObject,
): Promise<readonly string[]> {
  const named = objectsOf(podSpecOf(job)["imagePullSecrets"]);
  const missing = await Promise.all(
    named.map(async ({ name }, index) => {
      const path = `/api/v1/namespaces/${namespace}/secrets/${textOf(name) ?? ""}`;
      const read = () => api.call({ operation: "get Secret", method: "GET", path });
      const there = await isThere(read).catch(() => true);
      const field = `spec.template.spec.imagePullSecrets[${index}]`;
      return there ? [] : [`${field} names a Secret that is not in the namespace`];
    }),
  );
  return missing.flat();
}

async function checkRights({ api, namespace }: LaunchPlace): Promise<void> {
  const needed = RIGHTS.filter(({ without }) => without === undefined);
  const missing = await Promise.all(
    needed.map(async (right) => {
      const { isAllowed } = await ifAllowed(() => review(api, namespace, right), {
        isAllowed: true,
        reason: undefined,
      });
      return isAllowed ? [] : [right];
    }),
  );
  if (missing.flat().length > 0) throw rightsMissing(missing.flat());
}

function rightsMissing(missing: readonly Right[]): SlipwayError {
  const names = missing.map(({ verb, resource }) => `${verb} ${resource}`);
  return new SlipwayError(
    "CLOUD_REFUSED",
    `The agent may not do in the namespace what launching needs: ${names.join(", ")}; \`slipway doctor kubernetes\` prints the Role that is missing`,
    {
      operation: "review access",
      exception: "Forbidden",
      message: `missing: ${names.join(", ")}`,
      missing: names,
      cause: "AccessDenied",
      nature: "permanent",
    },
  );
}

async function checkNamespace({ api, namespace }: LaunchPlace): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}`;
  const there = await isThere(() => api.call({ operation: "get Namespace", method: "GET", path }));
  if (there) return;
  throw notThere(
    "NamespaceNotFound",
    "The cluster has no such namespace; create it, or correct `namespace` in the flow's environment",
    "get Namespace",
  );
}

async function checkAccount({ api, namespace }: LaunchPlace, name: string): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}`;
  const call = { operation: "get ServiceAccount", method: "GET", path } as const;
  if (await isThere(() => api.call(call))) return;
  throw notThere(
    "ConfigMissing",
    "The namespace has no service account of the name that `spec.template.spec.serviceAccountName` of the flow's Job gives; create it or correct the name",
    call.operation,
  );
}

function notThere(cause: string, message: string, operation: string): SlipwayError {
  const details = { operation, status: 404, exception: "NotFound", message, cause };
  return new SlipwayError("CLOUD_REFUSED", message, { ...details, nature: "permanent" });
}

/** What may not be read counts as there: the cluster will say. */
async function isThere(read: () => Promise<unknown>): Promise<boolean> {
  try {
    await ifAllowed(read, undefined);
    return true;
  } catch (error) {
    if (isSlipwayError(error) && error.details["status"] === 404) return false;
    throw error;
  }
}

async function ifAllowed<T>(work: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (causeOf(error) !== "AccessDenied") throw error;
    return otherwise;
  }
}

function accountOf(job: JsonObject): string | undefined {
  const { serviceAccountName, serviceAccount } = podSpecOf(job);
  return textOf(serviceAccountName) ?? textOf(serviceAccount);
}
