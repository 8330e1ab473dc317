import { familyIn, familyOf } from "../family.ts";
import type { FargateArguments } from "../fargate-arguments.ts";
import { agentStatements } from "./agent-statements.ts";
import { type PolicyStatement, placeOf } from "./policy-statement.ts";
import { executionRoleStatements, taskRoleStatements } from "./role-statements.ts";

export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly PolicyStatement[];
}

export interface IamPolicies {
  /** What the agent calls, for the role or user that it runs as. */
  readonly agent: PolicyDocument;
  /** What ECS does for the task before and beside it, for `executionRoleArn`; absent where nothing is needed. */
  readonly executionRole?: PolicyDocument;
  /** What ECS asks of `taskRoleArn`; the flow's own calls come on top. */
  readonly taskRole?: PolicyDocument;
}

/**
 * The rights that an environment needs, with resources as narrow as its arguments allow: IAM policy documents, ready
 * to be attached. Pure; says nothing of what the account has.
 */
export function iamPolicy(args: FargateArguments, flowName: string, image = ""): IamPolicies {
  const place = placeOf(args);
  const family = args.pinned === undefined ? familyOf(args, flowName) : familyIn(args.pinned);
  const execution = executionRoleStatements(args, place, image);
  const task = taskRoleStatements(args, place);
  return {
    agent: document(agentStatements(args, place, family)),
    ...(execution.length === 0 ? {} : { executionRole: document(execution) }),
    ...(task.length === 0 ? {} : { taskRole: document(task) }),
  };
}

function document(statements: readonly PolicyStatement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}
