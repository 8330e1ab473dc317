import { describe, expect, it } from "vitest";
import { CAUSES } from "../../packages/environments/src/fargate/causes.ts";
import { FARGATE_CHANGES } from "../../packages/environments/src/fargate/changes.ts";
import { DIAGNOSIS_RULES } from "../../packages/environments/src/fargate/diagnosis-rules.ts";
import { TRANSIENT } from "../../packages/environments/src/fargate/retry-policy/rule-names.ts";
import { KUBERNETES_CHANGES } from "../../packages/environments/src/kubernetes/changes.ts";
import { table } from "./table.ts";

// Run `npx vitest run --project repository -u` to write the pages anew.
const PAGES = "../../docs/reference/";

/** The causes of launches that came to nothing, and those that need no platform. */
const MEANINGS: Readonly<Record<string, string>> = {
  AccessDenied: "AWS does not allow the call to whom the agent runs as",
  Cancelled: "the run was cancelled, and what ran for it has stopped",
  ClusterNotFound: "there is no such cluster in that account and region",
  CredentialsInvalid: "AWS does not take the credentials: wrong, expired, or of another account",
  CredentialsMissing: "no credentials are found where the agent runs",
  DefinitionInactive: "the task definition is not there any more; it is registered again once",
  OverridesTooLong: "RunTask's overrides are over 8,192 characters",
  Refused: "AWS refused the call for another reason",
  RegionMissing: "no region is known",
  SecurityGroupNotFound: "there is no such security group",
  SubnetNotFound: "there is no such subnet",
  Throttled: "AWS was asked too often until the deadline for capacity had passed",
  Unknown: "AWS gave no reason",
  Unreachable: "AWS gave no answer, or failed itself",
};

describe("docs/reference, as the code says it", () => {
  it("lists all that Slipway changes in a Job", async () => {
    const rows = KUBERNETES_CHANGES.map(({ operation, path, change }) => [
      operation,
      `\`${path}\``,
      change,
    ]);
    const page = `# What Slipway changes in a Kubernetes Job

Everything else in the Job is sent as the flow file or its YAML file gives it, fields that this Slipway does not know
included. \`slipway environment render FILE\` prints the exact inputs.

${table(["call", "where", "what"], rows)}
`;
    await expect(page).toMatchFileSnapshot(`${PAGES}kubernetes-changes.md`);
  });

  it("lists all that Slipway changes in what an author gives", async () => {
    const rows = FARGATE_CHANGES.map(({ operation, path, change }) => [
      operation,
      `\`${path}\``,
      change,
    ]);
    const page = `# What Slipway changes in a Fargate task

Everything else in RegisterTaskDefinition and RunTask is sent as the flow file gives it. \`slipway environment render FILE\`
prints the exact inputs.

${table(["call", "where", "what"], rows)}
`;
    await expect(page).toMatchFileSnapshot(`${PAGES}fargate-changes.md`);
  });

  it("lists why a task stops, what that means and what to do", async () => {
    const rows = DIAGNOSIS_RULES.map(({ cause, means, next }) => [
      `\`${cause}\``,
      means,
      next,
      TRANSIENT.includes(cause) ? "yes" : "",
    ]);
    const ruled = new Set(DIAGNOSIS_RULES.map(({ cause }) => cause));
    const others = CAUSES.filter((cause) => !ruled.has(cause) && cause !== "Lost");
    expect(others.toSorted()).toEqual(Object.keys(MEANINGS).toSorted());
    const page = `# Why a Fargate task stopped

The \`cause\` of an attempt that ended, recognised from ECS's \`stopCode\` and \`stoppedReason\`, the containers' reasons and exit
codes; the first row that fits is taken. In a policy a cause is written with a small first letter: \`onInfrastructureFailure: { networkInterface: { retries: 5 } }\`.

The last column says which are launched again by default, twice in all, where none of the flow's code has run.

${table(["cause", "what it means", "what to do", "again by default"], rows)}
| \`Lost\` | ECS does not know the task any more: it ended over an hour ago, or its cluster is gone | see the run's log for how far it came | ${TRANSIENT.includes("Lost") ? "yes" : ""} |

A launch that came to nothing has a cause, too, with AWS's words and what to do in its message:

${others.map((cause) => `- \`${cause}\`: ${MEANINGS[cause] ?? "?"}`).join("\n")}
`;
    await expect(page).toMatchFileSnapshot(`${PAGES}fargate-causes.md`);
  });
});
