import type {
  DeregisterTaskDefinitionCommandInput,
  DescribeClustersCommandInput,
  DescribeTaskDefinitionCommandInput,
  DescribeTasksCommandInput,
  ListTaskDefinitionsCommandInput,
  ListTasksCommandInput,
  RegisterTaskDefinitionCommandInput,
  RunTaskCommandInput,
  RunTaskCommandOutput,
  StopTaskCommandInput,
} from "@aws-sdk/client-ecs";
import type { JsonObject } from "@slipway/core";
import type { Scrubber } from "../scrub.ts";
import type { CloudClients, OpenedEcs } from "./cloud-clients.ts";
import { cloudCall } from "./cloud-error.ts";

/** What RunTask launched, or launched before. */
export type RunTaskAnswer = Pick<RunTaskCommandOutput, "tasks" | "failures"> & {
  readonly launchedBefore?: readonly string[];
};

/** The ECS calls of one launcher. Every method throws `CLOUD_UNREACHABLE` or `CLOUD_REFUSED`, without an argument in its words. */
export class Ecs {
  readonly #clients: CloudClients;
  readonly #scrubber: Scrubber;

  constructor(clients: CloudClients, scrubber: Scrubber) {
    this.#clients = clients;
    this.#scrubber = scrubber;
  }

  /** Names the account and region that are called, as a hash. */
  scope(): Promise<string> {
    return this.call("GetCredentials", () => this.#clients.scope());
  }

  registerTaskDefinition(input: JsonObject) {
    return this.call("RegisterTaskDefinition", ({ sdk, writes }) =>
      writes.send(
        new sdk.RegisterTaskDefinitionCommand(asInput<RegisterTaskDefinitionCommandInput>(input)),
      ),
    );
  }

  /**
   * `token` is the run's own secret: it must not come back in an error's words. Where the client token was used for
   * another request before, answers the ARNs of what that one launched.
   */
  runTask(input: JsonObject, token: string): Promise<RunTaskAnswer> {
    return this.call(
      "RunTask",
      async ({ sdk, writes }) => {
        const command = new sdk.RunTaskCommand(asInput<RunTaskCommandInput>(input));
        try {
          return await writes.send(command);
        } catch (error) {
          const { resourceIds = [] } = error instanceof sdk.ConflictException ? error : {};
          if (resourceIds.length === 0) throw error;
          return { launchedBefore: resourceIds };
        }
      },
      token,
    );
  }

  stopTask(input: StopTaskCommandInput) {
    return this.call("StopTask", ({ sdk, writes }) => writes.send(new sdk.StopTaskCommand(input)));
  }

  deregisterTaskDefinition(input: DeregisterTaskDefinitionCommandInput) {
    return this.call("DeregisterTaskDefinition", ({ sdk, writes }) =>
      writes.send(new sdk.DeregisterTaskDefinitionCommand(input)),
    );
  }

  describeTaskDefinition(input: DescribeTaskDefinitionCommandInput) {
    return this.call("DescribeTaskDefinition", ({ sdk, reads }) =>
      reads.send(new sdk.DescribeTaskDefinitionCommand(input)),
    );
  }

  listTaskDefinitions(input: ListTaskDefinitionsCommandInput) {
    return this.call("ListTaskDefinitions", ({ sdk, reads }) =>
      reads.send(new sdk.ListTaskDefinitionsCommand(input)),
    );
  }

  describeTasks(input: DescribeTasksCommandInput) {
    return this.call("DescribeTasks", ({ sdk, reads }) =>
      reads.send(new sdk.DescribeTasksCommand(input)),
    );
  }

  listTasks(input: ListTasksCommandInput) {
    return this.call("ListTasks", ({ sdk, reads }) => reads.send(new sdk.ListTasksCommand(input)));
  }

  describeClusters(input: DescribeClustersCommandInput) {
    return this.call("DescribeClusters", ({ sdk, reads }) =>
      reads.send(new sdk.DescribeClustersCommand(input)),
    );
  }

  /** Makes a call and turns what it throws into an error of ours. */
  async call<T>(
    operation: string,
    send: (opened: OpenedEcs) => Promise<T>,
    token?: string,
  ): Promise<T> {
    const scrubber = token === undefined ? this.#scrubber : this.#scrubber.and({ token });
    const { endpoint } = this.#clients;
    return cloudCall({ service: "ECS", operation, endpoint, scrubber }, async () =>
      send(await this.#clients.ecs()),
    );
  }
}

/** What was rendered goes out as it is: its names have been checked, and its values are for AWS to check. */
function asInput<Input extends object>(rendered: JsonObject): Input {
  const sent: object = structuredClone(rendered);
  return sent as Input;
}
