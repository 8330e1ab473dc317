import { expect, it } from "vitest";
import { CAUSES } from "../../packages/environments/src/kubernetes/causes.ts";
import { MEANINGS } from "../../packages/environments/src/kubernetes/diagnose/meanings.ts";
import { TRANSIENT } from "../../packages/environments/src/kubernetes/retry-policy/rule-names.ts";
import { table } from "./table.ts";

// Run `npx vitest run --project repository -u` to write the page anew.
it("docs/reference lists why a Job's attempt ends, how that is seen, and what to do", async () => {
  const rows = CAUSES.map((cause) => {
    const { means, seen, next } = MEANINGS[cause];
    return [`\`${cause}\``, means, seen, next, TRANSIENT.includes(cause) ? "yes" : ""];
  });
  const page = `# Why an attempt on Kubernetes ended

The \`cause\` of an attempt that ended, or of a launch that came to nothing, read from what the API server says of the Job, its pods
and their events. The message has Kubernetes' own words between what it means and what to do; containers are named by where
they stand in the Job, for example \`containers[1]\`. In a policy a cause is written with a small first letter:
\`onInfrastructureFailure: { evicted: { retries: 5 } }\`.

Where waiting is of no use, a start is given up early and its Job deleted: at once for an image's name that is none or a pod that a rule
refuses, after the second pull that finds nothing or is refused, after 30 seconds for a Secret, ConfigMap, service account or volume that
is not there. The time to start (\`startTimeout\`) stands still while an image is pulled, a node is on its way, or the Job is suspended.

The last column says which are launched again by default, twice in all, where none of the flow's code has run.

${table(["cause", "what it means", "how it is seen", "what to do", "again by default"], rows)}
`;
  await expect(page).toMatchFileSnapshot("../../docs/reference/kubernetes-causes.md");
});
