import type { Cause } from "../causes.ts";

export interface Meaning {
  /** What it means, before the platform's own words. */
  readonly means: string;
  /** How it is seen, for the documentation. */
  readonly seen: string;
  /** What to do about it, after them. */
  readonly next: string;
}

/** Every cause, for diagnoses and for the documentation. */
export const MEANINGS: Readonly<Record<Cause, Meaning>> = {
  AccessDenied: {
    means: "The API server does not allow the call to the agent's account",
    seen: "403 `cannot … resource`",
    next: "`slipway doctor kubernetes` prints the Role that it needs",
  },
  AdmissionDenied: {
    means: "A rule of the cluster does not admit the Job or its pod",
    seen: "a refusal by PodSecurity, a LimitRange, a policy or a webhook; for the pod as a FailedCreate event of the Job",
    next: "change the Job so that the rule admits it, or have the rule changed",
  },
  Cancelled: {
    means: "The run was cancelled, and what ran for it has stopped",
    seen: "Slipway's own word",
    next: "nothing",
  },
  Capacity: {
    means: "The platform had no room for the launch until the deadline for capacity had passed",
    seen: "a launch that was queued too long",
    next: "give the cluster more room, or `onInfrastructureFailure: { capacity: { deadline: … } }` more time",
  },
  ConfigMissing: {
    means: "A Secret, ConfigMap or service account that the pod needs is not there",
    seen: "waiting with CreateContainerConfigError, or a FailedCreate event that names a service account, for 30 s",
    next: "create it in the Job's namespace, with the key that the Job names",
  },
  ContainerCannotRun: {
    means: "The flow's container could not be started",
    seen: "terminated with StartError, waiting with CreateContainerError, or an image that may not run as root",
    next: "the image must have `node` in its PATH and suit the container's `securityContext`; register the flow again with a `baseImage` that does",
  },
  CrashLoop: {
    means: "The flow's container ended again and again, until Kubernetes started it no more",
    seen: "BackoffLimitExceeded or a wait in CrashLoopBackOff, after restarts in one pod",
    next: "see the last lines of each start; with `restartPolicy: Never` Slipway's own retries tell the failures apart",
  },
  CredentialsInvalid: {
    means: "The API server does not take the agent's credentials",
    seen: "401",
    next: "check the kubeconfig's user, or the service account of the agent's pod",
  },
  CredentialsMissing: {
    means: "No way to reach a cluster is known where the agent runs",
    seen: "no kubeconfig, no such context, and no service account of a pod",
    next: "give `kubeconfig` and `context`, or run the agent in the cluster",
  },
  DeadlineExceeded: {
    means: "The Job or its pod ran longer than its `activeDeadlineSeconds`",
    seen: "a Job's condition or a pod's reason DeadlineExceeded",
    next: "give it a longer `activeDeadlineSeconds`, or leave it out",
  },
  Disrupted: {
    means: "The pod was taken from its node",
    seen: "the condition DisruptionTarget, a node that shuts down, or a Job that was suspended",
    next: "nothing is wrong with the flow; give it `onInfrastructureFailure: { disruption: { retries: 3 } }`",
  },
  EssentialContainerExited: {
    means: "The flow's container ended",
    seen: "`containers[0]` terminated by itself",
    next: "see the last lines that it wrote",
  },
  Evicted: {
    means: "The node evicted the pod, since the pod or the node ran out of something",
    seen: "a pod's reason Evicted",
    next: "give the container requests and limits of what the kubelet names",
  },
  ImageNotFound: {
    means: "An image of the pod is not in its registry",
    seen: "waiting with ErrImagePull after two pulls that found nothing, or ErrImageNeverPull",
    next: "register the flow again for its own image, and keep images that runs still need",
  },
  ImagePull: {
    means: "An image of the pod could not be pulled",
    seen: "waiting with ErrImagePull until the time to start had passed",
    next: "check that the nodes reach the registry; the next attempt may work",
  },
  ImagePullDenied: {
    means: "An image's registry refused the node",
    seen: "waiting with ErrImagePull after two pulls that were refused",
    next: "give the pod `imagePullSecrets`, or let the nodes pull from the registry",
  },
  InitContainerFailed: {
    means: "An init container failed, so the flow's container was never started",
    seen: "`initContainers[…]` terminated with another exit code than 0",
    next: "see the last lines that it wrote",
  },
  InvalidImageName: {
    means: "An image's name is none",
    seen: "waiting with InvalidImageName",
    next: "correct the name of the image that the kubelet names",
  },
  InvalidJob: {
    means: "The API server does not take the Job, or the pod that it describes",
    seen: "422 with the fields' paths, 400 for an unknown field, 413 for its size",
    next: "correct what the server names in the flow's Job, and register the flow again",
  },
  JobDeleted: {
    means:
      "The Job is not there any more: somebody deleted it, or it was over and its time to live had passed",
    seen: "a Job that is gone, which Slipway did not ask for",
    next: "the cluster's audit log says who deleted it",
  },
  JobFailed: {
    means: "Kubernetes says that the Job failed, and no pod is left that says why",
    seen: "a Job's condition Failed",
    next: "see the run's log for how far it came",
  },
  Lost: {
    means:
      "Kubernetes says that the Job is complete, and no pod is left that says how the flow's container ended",
    seen: "a Job's condition Complete without a pod",
    next: "see the run's log for how far it came",
  },
  NameTaken: {
    means: "Another object has the Job's name",
    seen: "409 for a Job or Secret that is not this attempt's",
    next: "delete it, or leave `uniqueJobName` at its default",
  },
  NamespaceNotFound: {
    means: "The namespace is not there, or is being deleted",
    seen: "404 for the namespace, or 403 `because it is being terminated`",
    next: "create the namespace, or correct `namespace` in the flow's environment",
  },
  NodeLost: {
    means: "The pod's node does not answer any more",
    seen: "a pod that the node controller marked as not ready for 60 s, DeletionByTaintManager, DeletionByPodGC, or phase Unknown",
    next: "nothing is wrong with the flow; the next attempt runs on another node",
  },
  OutOfMemory: {
    means: "The flow's container needed more memory than its limit",
    seen: "`containers[0]` terminated with OOMKilled",
    next: "give it a higher `resources.limits.memory`, or `onInfrastructureFailure: { outOfMemory: scaleMemory() }`",
  },
  PodDeleted: {
    means: "Somebody deleted the pod",
    seen: "a pod that was being deleted without a word of a disruption",
    next: "the cluster's audit log says who; give the flow `onInfrastructureFailure: { disruption: { retries: 3 } }`",
  },
  PodRejected: {
    means: "The node did not take the pod that was given to it",
    seen: "a pod's reason OutOfcpu, OutOfmemory, UnexpectedAdmissionError, NodeAffinity and the like",
    next: "let the scheduler choose the node (leave `nodeName` out); the next attempt may be taken",
  },
  Preempted: {
    means: "The pod had to go for one of a higher priority",
    seen: "DisruptionTarget with PreemptionByScheduler, or a pod's reason Preempting",
    next: "give the Job a higher `priorityClassName`, or `onInfrastructureFailure: { disruption: { retries: 3 } }`",
  },
  QuotaExceeded: {
    means: "The namespace's ResourceQuota leaves no room",
    seen: "403 `exceeded quota`; for the pod as a FailedCreate event of the Job",
    next: "let the Job need less, or have the quota raised",
  },
  Refused: {
    means: "The API server refused the call for another reason",
    seen: "any other status",
    next: "see the server's words",
  },
  SidecarFailed: {
    means: "A sidecar that must be up before the flow's container starts ends again and again",
    seen: "an init container with `restartPolicy: Always` in CrashLoopBackOff while the flow's container waits",
    next: "see the last lines that it wrote",
  },
  StartTimeout: {
    means: "The pod did not start in time",
    seen: "no sign of progress for `startTimeout`, pulls and waits for room not counted",
    next: "see what it waited for; the next attempt may start",
  },
  Throttled: {
    means: "The API server was asked too often until the deadline for capacity had passed",
    seen: "429",
    next: "wait, or give the agent's account a larger share (API priority and fairness)",
  },
  Unknown: {
    means: "The flow's container ended, and nothing says how",
    seen: "nothing that tells more",
    next: "the node's log may say more",
  },
  Unreachable: {
    means: "The API server gave no answer, or failed itself",
    seen: "no connection, no answer in time, 5xx",
    next: "check that it runs and that the agent's network reaches it",
  },
  Unschedulable: {
    means: "No node had room for the pod, or suits it, until the deadline for capacity had passed",
    seen: "PodScheduled is False with Unschedulable",
    next: "let it need less, correct its `nodeSelector`, `affinity` or `tolerations`, or give the cluster nodes that suit",
  },
  UserInitiated: {
    means: "The Job was stopped as asked",
    seen: "a Job that is gone since Slipway deleted it",
    next: "the run's log says who asked",
  },
  VolumeUnavailable: {
    means: "A volume of the pod could not be set up",
    seen: "FailedMount or FailedAttachVolume: for 30 s where its source is not there, else until the time to start had passed",
    next: "check that the volume's Secret, ConfigMap, claim or path is there, and that the node reaches its storage",
  },
};
