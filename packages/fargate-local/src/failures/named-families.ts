import { z } from "zod";
import { parseTaskDefinitionName, shortName } from "../model/arn.ts";

/** The tasks that are known, by their ids. */
export interface KnownTasks {
  readonly tasks: {
    get(id: string): { readonly task: { readonly taskDefinitionArn: string } } | undefined;
  };
}

const text = z.string().optional().catch(undefined);
const inputSchema = z
  .object({
    family: text,
    familyPrefix: text,
    taskDefinition: text,
    task: text,
    tasks: z.array(z.string()).catch([]),
  })
  .catch({ tasks: [] });

type Input = z.infer<typeof inputSchema>;

const ofDefinition = ({ taskDefinition }: Input): string[] =>
  taskDefinition === undefined ? [] : [parseTaskDefinitionName(taskDefinition).family];

function ofTask(id: string, store: KnownTasks): string[] {
  const record = store.tasks.get(shortName(id));
  return record === undefined ? [] : [familyOf(record.task)];
}

/** The families that a call is about, by the operations that name one at all. */
const NAMED: Readonly<Record<string, (input: Input, store: KnownTasks) => readonly string[]>> = {
  RunTask: ofDefinition,
  RegisterTaskDefinition: ({ family }) => given(family),
  DescribeTaskDefinition: ofDefinition,
  DeregisterTaskDefinition: ofDefinition,
  ListTaskDefinitions: ({ familyPrefix }) => given(familyPrefix),
  ListTaskDefinitionFamilies: ({ familyPrefix }) => given(familyPrefix),
  ListTasks: ({ family }) => given(family),
  DescribeTasks: ({ tasks }, store) => tasks.flatMap((id) => ofTask(id, store)),
  StopTask: ({ task = "" }, store) => ofTask(task, store),
};

export const NAMING_OPERATIONS = Object.keys(NAMED);

export function familiesNamed(
  operation: string,
  input: unknown,
  store: KnownTasks,
): readonly string[] {
  return NAMED[operation]?.(inputSchema.parse(input), store) ?? [];
}

function familyOf(task: { readonly taskDefinitionArn: string }): string {
  return parseTaskDefinitionName(task.taskDefinitionArn).family;
}

function given(family: string | undefined): string[] {
  return family === undefined ? [] : [family];
}
