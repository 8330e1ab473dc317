import type { V1Job } from "@kubernetes/client-node";
import type { FieldValidation } from "./kubernetes-arguments.ts";
import type { KubernetesFailureOptions } from "./retry-policy/options.ts";

/** As it stands in a manifest: the client's type without its classes, and with texts for dates. */
type Plain<T> = T extends Date
  ? string
  : T extends object
    ? { [Key in keyof T]: Plain<T[Key]> }
    : T;

/** A Job of batch/v1, with the client's own documentation in editors. */
export type JobManifest = Plain<V1Job>;

export interface KubernetesJobEnvironmentOptions {
  /**
   * A YAML or JSON file with one Job, relative to the flow file's folder. It is read when the flow is registered, and
   * its content is stored in the flow's image.
   */
  readonly jobSpecFile?: string | undefined;
  /** The Job itself, in the place of a file. Fields that the type does not know yet are sent, too, for example from an object that is spread. */
  readonly jobSpec?: JobManifest | undefined;
  /**
   * Whether each launch gets a name of its own, made of the Job's name, the run and the attempt (so by default).
   * With `false` the Job keeps exactly its author's name, and a second one beside it is refused by the cluster.
   */
  readonly uniqueJobName?: boolean | undefined;
  /** Where Jobs are made. Without it: the manifest's own namespace, else that of the kubeconfig's context, else `default`. */
  readonly namespace?: string | undefined;
  /** The kubeconfig's context; its current one unless given. */
  readonly context?: string | undefined;
  /**
   * The kubeconfig file, where the agent runs. Without it: what KUBECONFIG names, `~/.kube/config`, or the service
   * account of the agent's own pod.
   */
  readonly kubeconfig?: string | undefined;
  /**
   * What the API server does about fields that it does not know: refuse the Job (`Strict`, unless given), warn, or
   * drop them in silence. Its warnings are shown in each case.
   */
  readonly fieldValidation?: FieldValidation | undefined;
  /**
   * How long a pod may take to start, for example `"20m"`; `"10m"` unless given. The clock stands still while images
   * are pulled, nodes are added, or the Job is suspended.
   */
  readonly startTimeout?: string | undefined;
  /** How long a cancelled run has to end its tasks before its Job is deleted, for example `"30s"`; `"10s"` unless given. */
  readonly stopGrace?: string | undefined;
  /** What follows when the infrastructure fails, by cause; apart from the retries of the flow's own tasks. */
  readonly onInfrastructureFailure?: KubernetesFailureOptions | undefined;
  /** Labels that an agent must have to launch runs of the flow. */
  readonly labels?: readonly string[] | undefined;
}
