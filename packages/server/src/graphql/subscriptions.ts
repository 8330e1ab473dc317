import { builder } from "./builder.ts";
import { FlowRun, found } from "./objects.ts";

builder.subscriptionFields((t) => ({
  workAvailable: t.boolean({
    description: "For agents: something may be claimable by an agent with these labels.",
    args: {
      agent: t.arg.string({ required: true }),
      labels: t.arg.stringList({ required: true }),
    },
    subscribe: (_, { agent, labels }, { changes, database }) =>
      changes.watchWork(database, agent, labels),
    resolve: (available) => available,
  }),
  flowRunChanged: t.field({
    type: FlowRun,
    description: "Each time something of the run was recorded, with the run as it is then.",
    args: { id: t.arg.id({ required: true }) },
    subscribe: (_, { id }, { changes, database }) => changes.watchRun(database, id),
    resolve: (id, _, { loaders }) => found(loaders.flowRun(id)),
  }),
}));
