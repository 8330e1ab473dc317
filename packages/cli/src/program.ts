import { Command } from "commander";
import { agentStart } from "./commands/agent-start.ts";
import { dev } from "./commands/dev.ts";
import { doctorAws } from "./commands/doctor-aws.ts";
import { doctorKubernetes } from "./commands/doctor-kubernetes.ts";
import { environmentAdvise } from "./commands/environment-advise.ts";
import { environmentCollectGarbage } from "./commands/environment-collect-garbage.ts";
import { environmentPlan } from "./commands/environment-plan.ts";
import { environmentRender } from "./commands/environment-render.ts";
import { executeFlowRun } from "./commands/execute-flow-run.ts";
import { fargateLocal } from "./commands/fargate-local.ts";
import { flowRunsCancel } from "./commands/flow-runs-cancel.ts";
import { flowRunsCreate } from "./commands/flow-runs-create.ts";
import { flowRunsGet } from "./commands/flow-runs-get.ts";
import { flowRunsList } from "./commands/flow-runs-list.ts";
import { flowRunsLogs } from "./commands/flow-runs-logs.ts";
import { flowRunsWatch } from "./commands/flow-runs-watch.ts";
import { flowsList } from "./commands/flows-list.ts";
import { projectsCreate } from "./commands/projects-create.ts";
import { projectsList } from "./commands/projects-list.ts";
import { register } from "./commands/register.ts";
import { run } from "./commands/run.ts";
import { serverStart } from "./commands/server-start.ts";
import type { Wire } from "./context.ts";
import { DEFAULT_GRAPHQL } from "./settings.ts";
import { VERSION } from "./version.ts";

const EPILOGUE = `
Start here:
  $ slipway run flow.ts                  run a flow in this process, no server needed
  $ slipway dev                          server, agent and local Fargate in one process
  $ slipway register flow.ts             make the flow's image and register the flow
  $ slipway flow-runs create my-flow --watch

Exit codes:
  0    done; for a watched run: it ended Success
  1    the flow run ended Failed
  2    the input is wrong: an argument, a flow file, a parameter, an environment
  3    something outside refused or cannot be reached: server, registry, cloud
  70   a fault in Slipway itself
  130  ended by Ctrl-C

Settings come from flags, then SLIPWAY__SECTION__KEY variables, then the nearest slipway.toml:
  SLIPWAY__CLOUD__GRAPHQL=http://…   or   [cloud] graphql = "http://…"`;

/** The whole command, with its commands wired to `wire`. */
export function createProgram(wire: Wire): Command {
  const program = new Command("slipway")
    .description("Write flows in TypeScript; run each one as a task whose specification you own.")
    .version(VERSION, "--version", "print the version")
    .option("--json", "one JSON object a line; errors as one object on stderr")
    .option("--api <url>", `the server's GraphQL address (default: ${DEFAULT_GRAPHQL})`)
    .option("--api-key <key>", "the key that the server asks for")
    .option("--no-color", "no colours (also: NO_COLOR=1)")
    .addHelpText("after", EPILOGUE);
  program.addCommand(run(wire));
  program.addCommand(register(wire));
  program.addCommand(
    group("flow-runs", "create, list, follow and cancel flow runs", [
      flowRunsCreate(wire),
      flowRunsCancel(wire),
      flowRunsList(wire),
      flowRunsGet(wire),
      flowRunsLogs(wire),
      flowRunsWatch(wire),
    ]),
  );
  program.addCommand(group("flows", "registered flows", [flowsList(wire)]));
  program.addCommand(group("projects", "projects", [projectsList(wire), projectsCreate(wire)]));
  program.addCommand(
    group("environment", "what launches a flow", [
      environmentRender(wire),
      environmentPlan(wire),
      environmentAdvise(wire),
      environmentCollectGarbage(wire),
    ]),
  );
  program.addCommand(
    group("doctor", "prove that everything is there", [doctorAws(wire), doctorKubernetes(wire)]),
  );
  program.addCommand(dev(wire));
  program.addCommand(group("server", "the server", [serverStart(wire)]));
  program.addCommand(group("agent", "the agent, which launches runs", [agentStart(wire)]));
  program.addCommand(group("execute", "launch from here", [executeFlowRun(wire)]));
  program.addCommand(fargateLocal(wire));
  return withManners(program);
}

function group(name: string, description: string, commands: readonly Command[]): Command {
  const command = new Command(name).description(description);
  for (const child of commands) command.addCommand(child);
  return command;
}

/** Errors are thrown and told by `main`, and every help lists the global options. */
function withManners(command: Command): Command {
  command.exitOverride().configureHelp({ showGlobalOptions: true });
  command.configureOutput({ outputError: () => undefined });
  for (const child of command.commands) withManners(child);
  return command;
}
