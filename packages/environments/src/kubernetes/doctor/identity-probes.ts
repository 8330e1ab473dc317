import { allowed, type Probe } from "../../doctor/check.ts";
import { textOf } from "../../plain-read.ts";
import type { KubeApi } from "../api/kube-api.ts";
import { objectOf } from "../read-job.ts";
import { isNotThere, readObject } from "./reading.ts";

/** Of API servers that may be read without credentials this proves the address; wrong credentials are refused by all. */
export function serverProbe(api: KubeApi): Probe {
  return {
    action: "reach the API server",
    resource: api.endpoint,
    how: "asked for its version",
    run: async () => {
      const { gitVersion } = await readObject(api, "version", "/version");
      return allowed(`Kubernetes ${textOf(gitVersion) ?? "of an unknown version"}`);
    },
  };
}

/** The name under which the API server knows who asks; undefined where it is too old to tell (before 1.28). */
async function readUser(api: KubeApi): Promise<string | undefined> {
  try {
    const { body } = await api.call({
      operation: "create SelfSubjectReview",
      method: "POST",
      path: "/apis/authentication.k8s.io/v1/selfsubjectreviews",
      body: { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" },
    });
    return textOf(objectOf(objectOf(body["status"])["userInfo"])["username"]);
  } catch (error) {
    if (isNotThere(error)) return undefined;
    throw error;
  }
}

const ANONYMOUS = "system:anonymous";

export function userProbe(api: KubeApi, took: (user: string) => void): Probe {
  return {
    action: "be known by the API server",
    resource: "the kubeconfig's user",
    how: "asked who it is (SelfSubjectReview)",
    run: async () => {
      const user = await readUser(api);
      if (user === undefined) return { ok: null, message: "this API server does not tell" };
      if (user === ANONYMOUS) {
        return {
          ok: false,
          message: "the API server knows nobody by these credentials (system:anonymous)",
          advice: "give the kubeconfig's user a token or a certificate",
        };
      }
      took(user);
      return allowed(user);
    },
  };
}
