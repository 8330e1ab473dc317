import type { AttemptRow, FlowVersionRow } from "../db/rows.ts";
import type { ClaimedWork } from "../services/claim-work.ts";
import { LEASE_SECONDS } from "../services/lease.ts";
import type { RecordedContainerLogs } from "../services/record-container-logs.ts";
import type { RecordedRun } from "../services/record-run.ts";
import type { StartedRun } from "../services/start-run.ts";
import type { DefinitionClaim } from "../services/task-definitions.ts";
import { bootstrapToken } from "../services/tokens.ts";
import { builder } from "./builder.ts";
import { Attempt, FlowRun, FlowVersion, found } from "./objects.ts";

export const RegisterFlowPayload = builder
  .objectRef<{ flowVersion: FlowVersionRow; created: boolean }>("RegisterFlowPayload")
  .implement({
    fields: (t) => ({
      flowVersion: t.expose("flowVersion", { type: FlowVersion }),
      created: t.exposeBoolean("created", {
        description: "False where the latest version was the same already.",
      }),
    }),
  });

const Claim = builder.objectRef<AttemptRow>("Claim").implement({
  fields: (t) => ({
    attempt: t.field({ type: Attempt, resolve: (attempt) => attempt }),
    flowRun: t.field({
      type: FlowRun,
      resolve: ({ flowRunId }, _, { loaders }) => found(loaders.flowRun(flowRunId)),
    }),
    bootstrapToken: t.string({
      nullable: true,
      description:
        "Derived from the attempt, never stored; the same for each claim of it. Null once swapped.",
      resolve: ({ id, launchedBy, swappedAt }, _, { installation }) =>
        swappedAt ? null : bootstrapToken(installation.secret, launchedBy ?? id),
    }),
    leaseSeconds: t.int({ resolve: () => LEASE_SECONDS }),
    begunVariant: t.exposeInt("begunVariant", {
      nullable: true,
      description: "Which way to launch was begun, if one was: something may be running.",
    }),
    earlier: t.stringList({
      description: "Causes of the diagnoses of the run's earlier attempts, oldest first.",
      resolve: async ({ flowRunId }, _, { loaders }) =>
        ((await loaders.causesOfRun(flowRunId)) ?? []).map(({ cause }) => cause),
    }),
    logCursors: t.field({
      type: "JSON",
      description:
        "The timestamp of the last line that is kept of each container (recordContainerLogs).",
      resolve: async ({ id }, _, { loaders }) =>
        Object.fromEntries(
          ((await loaders.containerLogsOfAttempt(id)) ?? []).map((log) => [
            log.container,
            log.cursor,
          ]),
        ),
    }),
  }),
});

export const ClaimWorkPayload = builder.objectRef<ClaimedWork>("ClaimWorkPayload").implement({
  fields: (t) => ({
    claimed: t.field({
      type: [Claim],
      description: "Newly claimed: launch them.",
      resolve: ({ claimed }) => [...claimed],
    }),
    adopted: t.field({
      type: [Claim],
      description: "Open attempts to look after; launched already where `infrastructure` is set.",
      resolve: ({ adopted }) => [...adopted],
    }),
  }),
});

export const StartRunPayload = builder.objectRef<StartedRun>("StartRunPayload").implement({
  fields: (t) => ({
    runToken: t.exposeString("runToken"),
    flowRun: t.field({
      type: FlowRun,
      resolve: ({ attempt }, _, { loaders }) => found(loaders.flowRun(attempt.flowRunId)),
    }),
    attempt: t.expose("attempt", { type: Attempt }),
  }),
});

export const RecordRunPayload = builder.objectRef<RecordedRun>("RecordRunPayload").implement({
  fields: (t) => ({
    nextSequence: t.exposeInt("nextSequence", {
      description: "The next sequence number that the server expects.",
    }),
    cancelRequested: t.exposeBoolean("cancelRequested", {
      description: "True where somebody asked for the run's end.",
    }),
  }),
});

export const RecordContainerLogsPayload = builder
  .objectRef<RecordedContainerLogs>("RecordContainerLogsPayload")
  .implement({
    fields: (t) => ({
      cursor: t.exposeString("cursor", {
        description: "The timestamp of the last line that is kept of the container.",
      }),
      startedAt: t.expose("startedAt", {
        type: "DateTime",
        nullable: true,
        description: "When the run's process checked in.",
      }),
    }),
  });

export const BeginLaunchPayload = builder
  .objectRef<{ waitMs: number }>("BeginLaunchPayload")
  .implement({ fields: (t) => ({ waitMs: t.exposeInt("waitMs") }) });

export const ClaimDefinitionPayload = builder
  .objectRef<DefinitionClaim>("ClaimDefinitionPayload")
  .implement({
    fields: (t) => ({
      revision: t.exposeInt("revision", {
        nullable: true,
        description: "Set where it is recorded: there is nothing to do.",
      }),
      granted: t.exposeBoolean("granted", {
        description: "True: register it, after `waitMs`, and record it.",
      }),
      waitMs: t.exposeInt("waitMs", { description: "Where not granted: ask again after this." }),
    }),
  });
