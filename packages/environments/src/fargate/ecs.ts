import type {
  DescribeTaskDefinitionCommandInput,
  DescribeTasksCommandInput,
  ECSClient,
  ECSClientConfig,
  ListTasksCommandInput,
  RegisterTaskDefinitionCommandInput,
  RunTaskCommandInput,
  RunTaskCommandOutput,
} from "@aws-sdk/client-ecs";
import type { JsonObject } from "@slipway/core";
import type { Scrubber } from "../scrub.ts";
import { toCloudError } from "./cloud-error.ts";

type Sdk = typeof import("@aws-sdk/client-ecs");

/** What RunTask launched, or launched before. */
export type RunTaskAnswer = Pick<RunTaskCommandOutput, "tasks" | "failures"> & {
  readonly launchedBefore?: readonly string[];
};

/** The five ECS calls that launching takes. Every method throws `CLOUD_UNREACHABLE` or `CLOUD_REFUSED`. */
export class Ecs {
  readonly #config: ECSClientConfig;
  readonly #scrubber: Scrubber;
  #opened: Promise<{ readonly sdk: Sdk; readonly client: ECSClient }> | undefined;

  constructor(config: ECSClientConfig, scrubber: Scrubber) {
    this.#config = config;
    this.#scrubber = scrubber;
  }

  registerTaskDefinition(input: JsonObject) {
    return this.#call("RegisterTaskDefinition", ({ sdk, client }) =>
      client.send(
        new sdk.RegisterTaskDefinitionCommand(asInput<RegisterTaskDefinitionCommandInput>(input)),
      ),
    );
  }

  /**
   * `token` is the run's own secret: it must not come back in an error's words. Where the client token was used for
   * another request before, answers the ARNs of what that one launched.
   */
  runTask(input: JsonObject, token: string): Promise<RunTaskAnswer> {
    return this.#call(
      "RunTask",
      async ({ sdk, client }) => {
        const command = new sdk.RunTaskCommand(asInput<RunTaskCommandInput>(input));
        try {
          return await client.send(command);
        } catch (error) {
          const { resourceIds = [] } = error instanceof sdk.ConflictException ? error : {};
          if (resourceIds.length === 0) throw error;
          return { launchedBefore: resourceIds };
        }
      },
      token,
    );
  }

  describeTaskDefinition(input: DescribeTaskDefinitionCommandInput) {
    return this.#call("DescribeTaskDefinition", ({ sdk, client }) =>
      client.send(new sdk.DescribeTaskDefinitionCommand(input)),
    );
  }

  describeTasks(input: DescribeTasksCommandInput) {
    return this.#call("DescribeTasks", ({ sdk, client }) =>
      client.send(new sdk.DescribeTasksCommand(input)),
    );
  }

  listTasks(input: ListTasksCommandInput) {
    return this.#call("ListTasks", ({ sdk, client }) =>
      client.send(new sdk.ListTasksCommand(input)),
    );
  }

  close(): void {
    this.#opened?.then(({ client }) => client.destroy()).catch(() => undefined);
    this.#opened = undefined;
  }

  async #call<T>(
    operation: string,
    send: (opened: { readonly sdk: Sdk; readonly client: ECSClient }) => Promise<T>,
    token?: string,
  ): Promise<T> {
    try {
      this.#opened ??= this.#open();
      return await send(await this.#opened);
    } catch (error) {
      throw toCloudError(error, {
        operation,
        endpoint: this.#endpointName(),
        scrubber: token === undefined ? this.#scrubber : this.#scrubber.and({ token }),
      });
    }
  }

  async #open() {
    const sdk = await import("@aws-sdk/client-ecs");
    return { sdk, client: new sdk.ECSClient(this.#config) };
  }

  /** What to call the endpoint in an error. */
  #endpointName(): string {
    const { endpoint } = this.#config;
    return typeof endpoint === "string" ? new URL(endpoint).origin : "the region's ECS endpoint";
  }
}

/** What was rendered goes out as it is: its names have been checked, and its values are for AWS to check. */
function asInput<Input extends object>(rendered: JsonObject): Input {
  const sent: object = structuredClone(rendered);
  return sent as Input;
}
