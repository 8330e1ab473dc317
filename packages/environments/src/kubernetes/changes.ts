import type { Change } from "../changes.ts";

const SECRET = "CreateNamespacedSecret";
const JOB = "CreateNamespacedJob";
const TEMPLATE = "spec.template";
const CONTAINER = `${TEMPLATE}.spec.containers[0]`;

const LABELS: readonly (readonly [string, string])[] = [
  ["identifier", "the attempt"],
  ["flow_run_id", "the flow run"],
  ['["slipway.dev/installation"]', "this Slipway, which looks after no Job without it"],
  ['["slipway.dev/identifier"]', "the attempt"],
  ['["slipway.dev/flow_run_id"]', "the flow run"],
];

/** Everything that Slipway changes in the author's Job; all else is sent as it was given. */
export const KUBERNETES_CHANGES: readonly Change[] = Object.freeze(
  [
    {
      operation: SECRET,
      path: "*",
      change:
        "made for each attempt: it holds the one-use token, and belongs to the Job, so that it goes with it",
    },
    ...[
      {
        path: "metadata.name",
        change:
          "the Job's `name` (or `generateName`, or else the flow's name) with a suffix for the run and attempt, unless `uniqueJobName` is false",
      },
      {
        path: "metadata.namespace",
        change:
          "`namespace` where it is given; where the Job names none either, that of the kubeconfig's context, or `default`",
      },
      ...["metadata", `${TEMPLATE}.metadata`].flatMap((holder) =>
        LABELS.map(([label, change]) => ({
          path: label.startsWith("[") ? `${holder}.labels${label}` : `${holder}.labels.${label}`,
          change,
        })),
      ),
      {
        path: "spec.backoffLimit",
        change:
          "0 when neither it nor `backoffLimitPerIndex` is given: what is tried again, Slipway decides by cause",
      },
      {
        path: "spec.ttlSecondsAfterFinished",
        change: "3600 when it is not given, so that no finished Job stays for ever",
      },
      {
        path: `${TEMPLATE}.spec.restartPolicy`,
        change: "`Never` when it is not given: Kubernetes asks for it",
      },
      { path: `${TEMPLATE}.spec.containers`, change: "one container when none is given" },
      { path: `${CONTAINER}.name`, change: "`flow` when it has none" },
      { path: `${CONTAINER}.image`, change: "the flow's image, by digest" },
      { path: `${CONTAINER}.command`, change: "`node /slipway/flow.mjs`, without a shell" },
      { path: `${CONTAINER}.args`, change: "none" },
      {
        path: `${CONTAINER}.env`,
        change:
          "the ten reserved variables are appended, `SLIPWAY__CLOUD__AUTH_TOKEN` from the Secret; entries under their names are dropped",
      },
      {
        path: `${CONTAINER}.resources`,
        change:
          "`limits.memory` and `requests.memory` grow after `OutOfMemory`, where the policy says so",
      },
      {
        path: `${TEMPLATE}.spec.resources`,
        change: "the pod's own memory, where it is given, grows along",
      },
    ].map((change) => ({ operation: JOB, ...change })),
  ].map((change) => Object.freeze(change)),
);
