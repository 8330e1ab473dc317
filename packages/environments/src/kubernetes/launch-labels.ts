import type { LaunchRequest } from "@slipway/core";

/** The label by which a Slipway knows what it launched itself. */
export const INSTALLATION_LABEL = "slipway.dev/installation";
/** The attempt. */
export const IDENTIFIER_LABEL = "slipway.dev/identifier";
export const FLOW_RUN_LABEL = "slipway.dev/flow_run_id";

/** What a Secret, a Job and its pods carry. */
export function launchLabels({ installationId, attemptId, flowRunId }: LaunchRequest) {
  return {
    identifier: attemptId,
    flow_run_id: flowRunId,
    [INSTALLATION_LABEL]: installationId,
    [IDENTIFIER_LABEL]: attemptId,
    [FLOW_RUN_LABEL]: flowRunId,
  };
}
