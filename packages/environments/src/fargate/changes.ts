import type { Change } from "../changes.ts";

const REGISTER = "RegisterTaskDefinition";
const RUN = "RunTask";

/** Everything that Slipway changes in the author's RegisterTaskDefinition and RunTask; all else is sent as it was given. */
export const FARGATE_CHANGES: readonly Change[] = Object.freeze(
  [
    {
      operation: REGISTER,
      path: "family",
      change: "derived from the flow's name when neither `family` nor `taskDefinition` is given",
    },
    {
      operation: REGISTER,
      path: "containerDefinitions",
      change: "one container when none is given",
    },
    {
      operation: REGISTER,
      path: "containerDefinitions[0].name",
      change: "`flow` when it has none",
    },
    {
      operation: REGISTER,
      path: "containerDefinitions[0].image",
      change: "the flow's image, by digest",
    },
    {
      operation: REGISTER,
      path: "containerDefinitions[0].command",
      change: "`node /slipway/flow.mjs`, without a shell",
    },
    {
      operation: REGISTER,
      path: "containerDefinitions[0].entryPoint",
      change: "removed: the image's own entry point applies",
    },
    {
      operation: REGISTER,
      path: "containerDefinitions[0].environment",
      change:
        "the variables that are the same for every run are appended; entries under the ten reserved names are dropped",
    },
    {
      operation: REGISTER,
      path: "containerDefinitions[0].secrets",
      change: "entries under the ten reserved names are dropped",
    },
    {
      operation: REGISTER,
      path: "tags",
      change: "`slipway:definition-hash` and `slipway:flow` are appended",
    },
    {
      operation: RUN,
      path: "taskDefinition",
      change:
        "the revision that was registered; left alone when an ARN or `family:revision` is given",
    },
    {
      operation: RUN,
      path: "launchType",
      change:
        "`FARGATE` when neither it nor `capacityProviderStrategy` is given; on demand after Fargate Spot, where the policy says so",
    },
    {
      operation: RUN,
      path: "capacityProviderStrategy",
      change: "without `FARGATE_SPOT` after too many interruptions, where the policy says so",
    },
    {
      operation: RUN,
      path: "*",
      change:
        "fields of `onInfrastructureFailure.capacity.then`, in an attempt that is launched so",
    },
    {
      operation: RUN,
      path: "clientToken",
      change:
        "one for each attempt and way to launch, so that a repeated call launches nothing twice; one that is given is its beginning",
    },
    {
      operation: RUN,
      path: "startedBy",
      change: "`slipway/` and the beginning of the run's id when it is not given",
    },
    {
      operation: RUN,
      path: "propagateTags",
      change: "`TASK_DEFINITION` when it is not given, so that costs can be told apart",
    },
    {
      operation: RUN,
      path: "enableECSManagedTags",
      change: "`true` when it is not given, so that costs can be told apart",
    },
    {
      operation: RUN,
      path: "overrides",
      change:
        "`memory`, with the `cpu` that it asks for and the first container's own limits, grows after `OutOfMemory`, where the policy says so",
    },
    { operation: RUN, path: "tags", change: "`identifier` and `flow_run_id` are appended" },
    {
      operation: RUN,
      path: "overrides.containerOverrides[*].environment",
      change:
        "in the first container: `SLIPWAY__CLOUD__AUTH_TOKEN` and `SLIPWAY__CONTEXT__FLOW_RUN_ID` are appended (all nine under a fixed `taskDefinition`); entries under the ten reserved names are dropped",
    },
    {
      operation: RUN,
      path: "overrides.containerOverrides[*].command",
      change:
        "in the first container: removed (under a fixed `taskDefinition`: `node /slipway/flow.mjs`)",
    },
  ].map((change) => Object.freeze(change)),
);
