import { type JsonObject, messageOf, SlipwayError } from "@slipway/core";

type AccessCause = "CredentialsMissing" | "CredentialsInvalid";

const WHERE =
  "give `kubeconfig` in the flow's environment, set KUBECONFIG where the agent runs, or run the agent in a pod with a service account";

/** No kubeconfig is anywhere, and the agent runs in no pod. */
export function noConfig(): SlipwayError {
  return unusable("CredentialsMissing", `No Kubernetes cluster is known; ${WHERE}`, "kubeconfig");
}

/** A kubeconfig cannot be read. Its path may be the environment's, so it is not told; nor is what stands in it. */
export function badConfig(thrown: unknown, isArgument: boolean): SlipwayError {
  const missing = thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT";
  const file = isArgument
    ? "The file that `kubeconfig` of the flow's environment names"
    : "The kubeconfig that KUBECONFIG names, or ~/.kube/config,";
  const problem = missing
    ? "is not on this machine"
    : `is no kubeconfig that can be read (${firstLine(thrown)})`;
  const message = `${file} ${problem}; correct the path or the file where the agent runs`;
  return unusable(missing ? "CredentialsMissing" : "CredentialsInvalid", message, "kubeconfig");
}

/** The names of contexts are the machine's, so they are told; the wanted one is the author's, so it is not. */
export function unknownContext(accepted: readonly string[], isArgument: boolean): SlipwayError {
  const wanted = isArgument
    ? "has no context of the name that `context` of the flow's environment gives"
    : "names no current context that it has";
  const known = accepted.length === 0 ? "it has none" : `it has ${accepted.join(", ")}`;
  return unusable("CredentialsInvalid", `The kubeconfig ${wanted}; ${known}`, "context", {
    accepted,
  });
}

/** A context leads nowhere. */
export function brokenContext(part: "cluster" | "user"): SlipwayError {
  return unusable(
    "CredentialsInvalid",
    `The kubeconfig's context names a ${part} that the kubeconfig does not have; correct it where the agent runs`,
    "kubeconfig",
  );
}

/** Credentials could not be had, for example from the kubeconfig's exec plugin. */
export function noCredentials(thrown: unknown): SlipwayError {
  return new SlipwayError(
    "CLOUD_REFUSED",
    `The kubeconfig's credentials cannot be read: ${firstLine(thrown)}; check its files and its exec plugin where the agent runs`,
    { operation: "read credentials", cause: "CredentialsInvalid", nature: "permanent" },
  );
}

function unusable(
  cause: AccessCause,
  message: string,
  path: string,
  more: JsonObject = {},
): SlipwayError {
  const details = { operation: "read kubeconfig", path, cause, nature: "permanent", ...more };
  return new SlipwayError("ENVIRONMENT_NOT_LAUNCHABLE", message, details);
}

/** What parsers say further down quotes the file. */
function firstLine(thrown: unknown): string {
  return (messageOf(thrown).trim().split("\n")[0] ?? "").slice(0, 200) || "it failed";
}
