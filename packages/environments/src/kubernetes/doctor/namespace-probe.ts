import { allowed, type Finding, type Probe } from "../../doctor/check.ts";
import { textOf } from "../../plain-read.ts";
import { objectOf } from "../read-job.ts";
import { ifReadable, isNotThere, READ, readObject } from "./reading.ts";
import { inNamespace, type KubernetesSubject } from "./subject.ts";

const ENFORCED = "pod-security.kubernetes.io/enforce";

/** Whether the namespace is there, and which pods it admits. */
export function namespaceProbe(subject: KubernetesSubject): Probe {
  const { api, namespace } = subject;
  return {
    action: "find the namespace",
    resource: inNamespace(subject),
    how: READ,
    run: () =>
      ifReadable(async () => {
        try {
          const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}`;
          return found(await readObject(api, "Namespace", path));
        } catch (error) {
          if (!isNotThere(error)) throw error;
          return missing(namespace);
        }
      }),
  };
}

function found({ metadata, status }: Awaited<ReturnType<typeof readObject>>): Finding {
  if (objectOf(status)["phase"] === "Terminating") {
    return { ok: false, message: "it is being deleted", advice: "wait until it is gone" };
  }
  const level = textOf(objectOf(objectOf(metadata)["labels"])[ENFORCED]);
  return allowed(
    level === undefined ? "it is there" : `it is there, and enforces PodSecurity ${level}`,
  );
}

function missing(namespace: string): Finding {
  return {
    ok: false,
    message: "it is not there",
    advice: `create it (kubectl create namespace ${namespace}), or correct \`namespace\` in the flow's environment`,
  };
}
