import type { Json, JsonObject } from "@slipway/core";
import { isObject, objectsOf } from "../plain-read.ts";
import type { Scrubber } from "../scrub.ts";
import type { CloudClients } from "./cloud-clients.ts";
import { causeOf } from "./cloud-error.ts";
import type { Ecs } from "./ecs.ts";
import { familyIn } from "./family.ts";
import { awslogsPlace, type LogPlace, localPlace } from "./log-place.ts";
import { readLogTail } from "./log-tail.ts";

interface Source {
  readonly clients: CloudClients;
  readonly ecs: Ecs;
  readonly scrubber: Scrubber;
}

export interface WantedTail {
  readonly taskId: string;
  /** The name of the flow's container. */
  readonly container: string;
  /** What was registered; undefined where the definition is the author's own. */
  readonly registered: JsonObject | undefined;
  /** What RunTask named. */
  readonly taskDefinition: string;
  /** The run's own secret. */
  readonly token: string;
  readonly most: number;
}

/** Reads what the flow's container wrote, where CloudWatch Logs or local Fargate keeps it. */
export class ContainerLogs {
  readonly #source: Source;

  constructor(source: Source) {
    this.#source = source;
  }

  async tail(wanted: WantedTail): Promise<readonly string[]> {
    const { clients, scrubber } = this.#source;
    const place = await this.#place(wanted);
    if (place === undefined) return [];
    const token = wanted.token === "" ? {} : { token: wanted.token };
    return readLogTail({ clients, scrubber: scrubber.and(token) }, place, wanted.most);
  }

  async #place(wanted: WantedTail): Promise<LogPlace | undefined> {
    const { container: name, taskId, registered, taskDefinition } = wanted;
    const definitions = registered?.["containerDefinitions"] ?? (await this.#described(wanted));
    const container = objectsOf(definitions).find((one) => one["name"] === name) ?? {};
    const { logConfiguration } = container;
    const own = isObject(logConfiguration) ? logConfiguration : undefined;
    const family = familyIn(taskDefinition);
    const logging = { name, taskId, family, logConfiguration: own };
    const local = own === undefined && this.#source.clients.isElsewhere;
    return local ? localPlace(logging) : awslogsPlace(logging);
  }

  /** The containers of a definition that the author made: ECS knows them. */
  async #described({ taskDefinition }: WantedTail): Promise<Json | undefined> {
    try {
      const answer = await this.#source.ecs.describeTaskDefinition({ taskDefinition });
      // What came as JSON is JSON.
      return JSON.parse(JSON.stringify(answer.taskDefinition?.containerDefinitions ?? []));
    } catch (error) {
      if (causeOf(error) === "DefinitionInactive") return undefined;
      throw error;
    }
  }
}
