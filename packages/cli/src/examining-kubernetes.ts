import { withBundledFlow } from "./bundled-flow.ts";
import { answerChecks } from "./check-lines.ts";
import type { Context } from "./context.ts";
import { requireEnvironment } from "./registering.ts";

export interface KubernetesDoctorFlags {
  readonly namespace?: string;
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly printRole?: true;
}

/** Tries what launching needs of a cluster, and answers the exit code: 3 where something is missing. */
export async function examineKubernetes(
  context: Context,
  file: string | undefined,
  { printRole, ...place }: KubernetesDoctorFlags,
): Promise<number> {
  const { doctorKubernetes, printedRole } = await import("@slipway/environments/launch");
  const { environment, ...subject } = await subjectOf(context, file);
  const { output } = context;
  if (printRole) {
    const role = await printedRole(environment, place);
    output.answer({ role }, role.trimEnd());
    return 0;
  }
  const { checks, namespace, role } = await doctorKubernetes(environment, { ...place, ...subject });
  const code = answerChecks(output, checks, { namespace, role });
  for (const line of role === undefined ? [] : roleLines(role)) output.line(line);
  return code;
}

async function subjectOf(context: Context, file: string | undefined) {
  if (file === undefined) return { environment: undefined };
  const { repositoryOf } = await import("@slipway/storage/build");
  return withBundledFlow(file, context, async ({ description }) => {
    const repository = repositoryOf(description);
    return {
      environment: requireEnvironment(description, file),
      flowName: description.structure.name,
      // As long as a real one; which digest it will have is not known before it is made.
      ...(repository === undefined ? {} : { image: `${repository}@sha256:${"0".repeat(64)}` }),
    };
  });
}

/** Ready to be pasted into a shell. */
function roleLines(role: string): readonly string[] {
  return [
    "",
    "To allow what is missing, as somebody who may give rights in the namespace:",
    "",
    "kubectl apply -f - <<'EOF'",
    ...role.trimEnd().split("\n"),
    "EOF",
  ];
}
