import type { TaskDefinition } from "../model/task-definition.ts";

type DefinedContainer = TaskDefinition["containerDefinitions"][number];

/** Where a container's output is kept. */
export interface LogDestination {
  readonly group: string;
  readonly stream: string;
  /** Whether the group is made where it is missing, as the definition says. */
  readonly createsGroup: boolean;
  /** What is done here otherwise than on AWS, for the log. */
  readonly remark?: string;
}

const AWSLOGS_WITHOUT_EFFECT = ["awslogs-multiline-pattern", "awslogs-datetime-format"];

/** The log stream of a container: that of its `awslogs` driver, or one of local Fargate's own. */
export function logDestination(
  container: DefinedContainer,
  family: string,
  taskId: string,
): LogDestination {
  const { logDriver, options = {} } = container.logConfiguration ?? {};
  const own = { group: `/slipway/fargate-local/${family}`, stream: `${container.name}/${taskId}` };
  if (logDriver === undefined) return { ...own, createsGroup: true };
  if (logDriver !== "awslogs") {
    const remark = `the log driver ${logDriver} sends nothing from here: the output is kept in the log group ${own.group}`;
    return { ...own, createsGroup: true, remark };
  }
  const prefix = options["awslogs-stream-prefix"];
  const unused = AWSLOGS_WITHOUT_EFFECT.filter((name) => options[name] !== undefined);
  return {
    group: options["awslogs-group"] ?? own.group,
    stream: prefix ? `${prefix}/${own.stream}` : own.stream,
    createsGroup: options["awslogs-create-group"] === "true",
    ...(unused.length === 0
      ? {}
      : { remark: `${unused.join(" and ")} has no effect here: each line is an event` }),
  };
}
