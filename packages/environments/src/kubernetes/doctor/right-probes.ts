import { allowed, type Probe } from "../../doctor/check.ts";
import { textOf } from "../../plain-read.ts";
import type { KubeApi } from "../api/kube-api.ts";
import { objectOf } from "../read-job.ts";
import type { Right } from "../rights.ts";
import { inNamespace, type KubernetesSubject } from "./subject.ts";

const REVIEW = "asked the API server (SelfSubjectAccessReview)";

/** One right that launching uses. `missed` is told where it is not there. */
export function rightProbe(
  subject: KubernetesSubject,
  right: Right,
  missed: (right: Right) => void,
): Probe {
  const optional = right.without !== undefined;
  return {
    action: `${right.verb} ${right.resource}`,
    resource: inNamespace(subject),
    how: REVIEW,
    optional,
    run: async () => {
      const { isAllowed, reason } = await review(subject.api, subject.namespace, right);
      if (isAllowed) return allowed();
      missed(right);
      const words = ["not allowed", ...(reason ? [` (${reason})`] : [])].join("");
      return {
        ok: false,
        message: right.without === undefined ? words : `${words}: ${right.without}`,
      };
    },
  };
}

export interface Reviewed {
  readonly isAllowed: boolean;
  /** Why not, where the cluster says so. */
  readonly reason: string | undefined;
}

/** Whether who asks has a right. Everybody may ask that of themselves. */
export async function review(
  api: KubeApi,
  namespace: string,
  { apiGroup, resource, verb }: Pick<Right, "apiGroup" | "resource" | "verb">,
): Promise<Reviewed> {
  const [name = resource, subresource] = resource.split("/");
  const { body } = await api.call({
    operation: "create SelfSubjectAccessReview",
    method: "POST",
    path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    body: {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: {
        resourceAttributes: {
          namespace,
          verb,
          group: apiGroup,
          resource: name,
          ...(subresource === undefined ? {} : { subresource }),
        },
      },
    },
  });
  const status = objectOf(body["status"]);
  return { isAllowed: status["allowed"] === true, reason: textOf(status["reason"]) };
}
