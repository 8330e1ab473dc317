/** What a script makes of one call, as its author wrote it. */
export type Answer =
  | { readonly type: "throttle" | "capacity" | "lost-reply" | "lost-request" | "empty" }
  | { readonly type: "late"; readonly delayMs: number }
  | {
      readonly type: "error";
      readonly exception: string;
      readonly message: string;
      readonly status: number;
    }
  | { readonly type: "failures"; readonly failures: readonly ScriptedFailure[] };

export interface ScriptedFailure {
  readonly reason: string;
  readonly arn?: string | undefined;
  readonly detail?: string | undefined;
}

type Body = Readonly<Record<string, unknown>>;

/** How a call is answered in place of the truth. */
export interface ScriptedAnswer {
  /** False where the operation is not carried out at all. */
  readonly carriedOut: boolean;
  readonly delayMs: number;
  /** What is answered; absent where it is what the operation says. `cut` closes the connection. */
  readonly reply?: "cut" | { readonly status: number; readonly body: Body };
}

const CAPACITY =
  "Capacity is unavailable at this time. Please try again later or in a different availability zone";

/** The answers that hold nothing, by operation; of the others it is an empty object. */
const EMPTY: Readonly<Record<string, Body>> = {
  RunTask: { tasks: [], failures: [] },
  DescribeTasks: { tasks: [], failures: [] },
  ListTasks: { taskArns: [] },
  DescribeClusters: { clusters: [], failures: [] },
  ListClusters: { clusterArns: [] },
  DescribeCapacityProviders: { capacityProviders: [], failures: [] },
  ListTaskDefinitions: { taskDefinitionArns: [] },
  ListTaskDefinitionFamilies: { families: [] },
  DeleteTaskDefinitions: { taskDefinitions: [], failures: [] },
  ListTagsForResource: { tags: [] },
  DescribeLogGroups: { logGroups: [] },
  DescribeLogStreams: { logStreams: [] },
  FilterLogEvents: { events: [] },
  GetLogEvents: { events: [] },
};

export const THROTTLED: ScriptedAnswer = instead(400, {
  __type: "ThrottlingException",
  message: "Rate exceeded",
});

/** True where the operation's answer has a list of failures. */
export function hasFailures(operation: string): boolean {
  return EMPTY[operation]?.["failures"] !== undefined;
}

export function scriptedAnswer(answer: Answer, operation: string): ScriptedAnswer {
  const empty = EMPTY[operation] ?? {};
  switch (answer.type) {
    case "throttle":
      return THROTTLED;
    case "capacity":
      return instead(200, { ...empty, failures: [{ reason: CAPACITY }] });
    case "failures":
      return instead(200, { ...empty, failures: answer.failures });
    case "empty":
      return instead(200, empty);
    case "error":
      return instead(answer.status, { __type: answer.exception, message: answer.message });
    case "lost-request":
      return { carriedOut: false, delayMs: 0, reply: "cut" };
    case "lost-reply":
      return { carriedOut: true, delayMs: 0, reply: "cut" };
    case "late":
      return { carriedOut: true, delayMs: answer.delayMs };
  }
}

function instead(status: number, body: Body): ScriptedAnswer {
  return { carriedOut: false, delayMs: 0, reply: { status, body } };
}
