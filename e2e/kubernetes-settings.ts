import { componentSetting } from "./component-settings.ts";

/** A program of the tests' cluster that can be ended and started in the middle of a test. */
export type KubernetesProgram =
  | "apiserver"
  | "controller-manager"
  | "etcd"
  | "kubelet"
  | "scheduler";

/** The tests' cluster, as `npm run test:components` has started it. */
export interface KubernetesSettings {
  /** The path of an administrator's kubeconfig. */
  readonly kubeconfig: string;
  /** The path of the `helm` program. */
  readonly helm: string;
  /** What runs the pods of its one node, which is called `localhost`: `kubelet`. */
  readonly node: string;
  readonly control: {
    /** Asks the program to end and waits until it has. */
    stop(program: KubernetesProgram): Promise<void>;
    /** Ends it as a crash would. */
    kill(program: KubernetesProgram): Promise<void>;
    /** Starts it, with all it knew, and waits until it works. */
    start(program: KubernetesProgram): Promise<void>;
  };
}

/** Throws where the cluster was not started. */
export function kubernetesSettings(): KubernetesSettings {
  const url = componentSetting("kubeControl");
  return {
    kubeconfig: componentSetting("kubeconfig"),
    helm: componentSetting("helm"),
    node: componentSetting("kubeNode"),
    control: {
      stop: (program) => order(`${url}/stop/${program}`),
      kill: (program) => order(`${url}/kill/${program}`),
      start: (program) => order(`${url}/start/${program}`),
    },
  };
}

async function order(url: string): Promise<void> {
  const answer = await fetch(url, { method: "POST" });
  if (!answer.ok)
    throw new Error(`POST ${url} was answered ${answer.status}: ${await answer.text()}`);
}
