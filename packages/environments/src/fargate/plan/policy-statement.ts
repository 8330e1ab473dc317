import type { Json, JsonObject } from "@slipway/core";
import { isObject, objectsOf, textOf } from "../../plain-read.ts";
import type { FargateArguments } from "../fargate-arguments.ts";

export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, Json>>>>;
}

/** Where resources are, as far as the arguments say; `*` stands for what they do not. */
export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** Region and account from the client's arguments and from every ARN that the author gives. */
export function placeOf({ client, definition, run, pinned }: FargateArguments): Place {
  const arns = [run["cluster"], pinned, definition["taskRoleArn"], definition["executionRoleArn"]]
    .map((given) => textOf(given)?.split(":") ?? [])
    .filter(([word]) => word === "arn");
  const part = (index: number) => arns.map((arn) => arn[index]).find((word) => word);
  const region = textOf(client["region"]) ?? textOf(client["regionName"]) ?? part(3);
  return {
    partition: part(1) ?? partitionOf(region),
    region: region ?? "*",
    account: part(4) ?? "*",
  };
}

function partitionOf(region = ""): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

/** The `awslogs` options of every container that has them. */
export function awslogsOf({ definition }: FargateArguments): readonly JsonObject[] {
  return objectsOf(definition["containerDefinitions"]).flatMap(({ logConfiguration }) =>
    isObject(logConfiguration) &&
    logConfiguration["logDriver"] === "awslogs" &&
    isObject(logConfiguration["options"])
      ? [logConfiguration["options"]]
      : [],
  );
}

/** The ARN of a log group with its streams. */
export function logGroupArn(place: Place, options: JsonObject): string {
  const region = textOf(options["awslogs-region"]) ?? place.region;
  const group = textOf(options["awslogs-group"]) ?? "*";
  return `arn:${place.partition}:logs:${region}:${place.account}:log-group:${group}:*`;
}
