import { canonicalJson, type FlowStructure, parseStructure } from "@slipway/core";
import { insertFlowVersion, latestVersions } from "../db/flow-versions.ts";
import { lockFlow } from "../db/flows.ts";
import type { Db, FlowVersionRow } from "../db/rows.ts";
import { uuidv7 } from "../ids.ts";
import { checkLabels, checkName, refusal } from "./input.ts";
import { compileParameters } from "./parameter-schemas.ts";
import { getProject } from "./projects.ts";

export interface RegisterFlowInput {
  readonly project: string;
  readonly structure?: unknown;
  readonly image: string;
  readonly environmentType: string;
  readonly labels: readonly string[];
}

interface VersionContent {
  readonly structure: FlowStructure;
  readonly image: string;
  readonly environmentType: string;
  readonly labels: string[];
}

/** Makes a new version, unless the latest one says the same. Throws `INVALID_ARGUMENT` or `NOT_FOUND`. */
export async function registerFlow(
  tx: Db,
  input: RegisterFlowInput,
): Promise<{ flowVersion: FlowVersionRow; created: boolean }> {
  const content = parseContent(input);
  const project = await getProject(tx, input.project);
  const name = checkName("input.structure.name", content.structure.name);
  const flow = await lockFlow(tx, { id: uuidv7(), projectId: project.id, name });
  const [latest] = await latestVersions(tx, [flow.id]);
  if (latest && isSame(latest, content)) return { flowVersion: latest, created: false };
  const flowVersion = await insertFlowVersion(tx, {
    ...content,
    id: uuidv7(),
    flowId: flow.id,
    version: (latest?.version ?? 0) + 1,
    structure: JSON.stringify(content.structure),
  });
  return { flowVersion, created: true };
}

function parseContent(input: RegisterFlowInput): VersionContent {
  const structure = parseStructure(input.structure);
  compileParameters(structure.parameters);
  if (!/@sha256:[0-9a-f]{64}$/.test(input.image)) {
    throw refusal("input.image", input.image, "an image by digest, like registry/name@sha256:…");
  }
  return {
    structure,
    image: input.image,
    environmentType: checkName("input.environmentType", input.environmentType),
    labels: checkLabels("input.labels", input.labels),
  };
}

/** Labels count too: they say who may launch the version's runs. */
function isSame(latest: FlowVersionRow, content: VersionContent): boolean {
  return (
    latest.image === content.image &&
    latest.environmentType === content.environmentType &&
    canonicalJson(latest.labels) === canonicalJson(content.labels) &&
    canonicalJson(latest.structure) === canonicalJson(content.structure)
  );
}
