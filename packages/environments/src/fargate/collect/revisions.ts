import type { DescribeTasksCommandInput } from "@aws-sdk/client-ecs";
import { emptyAnswer } from "../cloud-error.ts";
import type { Ecs } from "../ecs.ts";
import { familyIn } from "../family.ts";
import { HASH_TAG } from "../tags.ts";
import type { Revision } from "./sort-revisions.ts";

/** The most that one ListTasks, DescribeTasks or ListTaskDefinitions answers. */
const PAGE = 100;

/** All active revisions of the family. */
export async function revisionsOf(ecs: Ecs, family: string): Promise<readonly Revision[]> {
  const revisions: Revision[] = [];
  for await (const arn of listed((nextToken) => definitionPage(ecs, family, nextToken))) {
    // The filter is a prefix by its name, so others that begin alike are left out here.
    if (familyIn(arn) !== family) continue;
    const { tags = [] } = await ecs.describeTaskDefinition({
      taskDefinition: arn,
      include: ["TAGS"],
    });
    const hash = tags.find(({ key }) => key === HASH_TAG)?.value;
    revisions.push({ revision: revisionIn(arn), hash });
  }
  return revisions;
}

/** The revisions that tasks have in these clusters which run, or are about to. */
export async function revisionsInUse(
  ecs: Ecs,
  family: string,
  clusters: readonly (string | undefined)[],
): Promise<ReadonlySet<number>> {
  const used = new Set<number>();
  for (const cluster of clusters) {
    const at = cluster === undefined ? {} : { cluster };
    const taskArns: string[] = [];
    const list = (nextToken?: string) => taskPage(ecs, { ...at, family }, nextToken);
    for await (const arn of listed(list)) taskArns.push(arn);
    for (let from = 0; from < taskArns.length; from += PAGE) {
      const tasks = taskArns.slice(from, from + PAGE);
      for (const revision of await revisionsOfTasks(ecs, { ...at, tasks })) used.add(revision);
    }
  }
  return used;
}

async function revisionsOfTasks(ecs: Ecs, asked: DescribeTasksCommandInput) {
  const { tasks = [], failures = [] } = await ecs.describeTasks(asked);
  if (tasks.length + failures.length === 0) throw emptyAnswer("DescribeTasks");
  return tasks.map(({ taskDefinitionArn = "" }) => revisionIn(taskDefinitionArn));
}

interface Page {
  readonly arns: readonly string[];
  readonly nextToken: string | undefined;
}

async function definitionPage(ecs: Ecs, familyPrefix: string, nextToken?: string): Promise<Page> {
  const more = nextToken === undefined ? {} : { nextToken };
  const answer = await ecs.listTaskDefinitions({
    familyPrefix,
    status: "ACTIVE",
    maxResults: PAGE,
    ...more,
  });
  return { arns: answer.taskDefinitionArns ?? [], nextToken: answer.nextToken };
}

async function taskPage(
  ecs: Ecs,
  at: { readonly cluster?: string; readonly family: string },
  nextToken?: string,
): Promise<Page> {
  const more = nextToken === undefined ? {} : { nextToken };
  const answer = await ecs.listTasks({
    ...at,
    desiredStatus: "RUNNING",
    maxResults: PAGE,
    ...more,
  });
  return { arns: answer.taskArns ?? [], nextToken: answer.nextToken };
}

async function* listed(read: (nextToken?: string) => Promise<Page>): AsyncGenerator<string> {
  let nextToken: string | undefined;
  do {
    const page = await read(nextToken);
    yield* page.arns;
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
}

function revisionIn(arn: string): number {
  return Number(arn.slice(arn.lastIndexOf(":") + 1));
}
