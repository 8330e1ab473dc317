import { Command } from "commander";
import type { Wire } from "../context.ts";
import type { KubernetesDoctorFlags } from "../examining-kubernetes.ts";

const EXAMPLES = `
Examples:
  $ slipway doctor kubernetes flow.ts
  $ slipway doctor kubernetes --namespace flows        cluster, namespace and rights alone
  $ slipway doctor kubernetes --namespace flows --print-role | kubectl apply -f -

Run it where the agent runs, as who the agent runs as. Each thing is proved by a read, by asking the cluster whether it is
allowed, or by a dry run of the Job: nothing is created or deleted. Where rights are missing, a Role with them is printed.
Exits 3 when something is missing that launching needs.`;

export function doctorKubernetes(wire: Wire): Command {
  const command = new Command("kubernetes")
    .description(
      "prove that an agent here can launch a flow on a cluster: credentials, rights, the Job, room for it",
    )
    .argument("[file]", "the flow file whose environment is examined")
    .option("--namespace <name>", "the namespace, in place of the environment's")
    .option("--context <name>", "the kubeconfig's context, in place of the environment's")
    .option("--kubeconfig <file>", "the kubeconfig, in place of the environment's")
    .option("--print-role", "only print the Role with all that an agent needs")
    .addHelpText("after", EXAMPLES);
  return command.action(
    wire(async (context) => {
      const { examineKubernetes } = await import("../examining-kubernetes.ts");
      return examineKubernetes(context, command.args[0], command.opts<KubernetesDoctorFlags>());
    }),
  );
}
