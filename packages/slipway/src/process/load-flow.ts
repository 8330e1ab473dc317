import { type Flow, isFlow, isSlipwayError, messageOf, SlipwayError } from "@slipway/core";

export type LoadModule = () => Promise<Readonly<Record<string, unknown>>>;

/**
 * Loads the author's module and takes its flow. Throws `FLOW_FILE_FAILED`, with the author's error as
 * cause, `FLOW_NOT_EXPORTED`, or the error that wiring the flow gave.
 */
export async function loadFlow(load: LoadModule): Promise<Flow> {
  const exported = await loadModule(load);
  const flow = exported["default"];
  if (isFlow(flow)) return flow;
  const names = Object.keys(exported).filter((name) => name !== "default");
  throw new SlipwayError(
    "FLOW_NOT_EXPORTED",
    `The flow file has no flow as its default export: ${describeExports(exported, names)}. Write "export default flow;"`,
    { given: Object.hasOwn(exported, "default") ? kindOf(flow) : "nothing", exports: names },
  );
}

async function loadModule(load: LoadModule): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await load();
  } catch (error) {
    // What wiring refuses already says what is wrong with the flow and what to do.
    if (isSlipwayError(error)) throw error;
    throw loadFailure(error);
  }
}

function loadFailure(cause: unknown): SlipwayError {
  const message = `The flow file failed while it was loaded: ${messageOf(cause)}`;
  return new SlipwayError("FLOW_FILE_FAILED", message, {}, { cause });
}

function describeExports(
  exported: Readonly<Record<string, unknown>>,
  names: readonly string[],
): string {
  const given = Object.hasOwn(exported, "default")
    ? `its default export is ${kindOf(exported["default"])}`
    : "it has no default export";
  const others = names.map((name) => (isFlow(exported[name]) ? `${name} (a flow)` : name));
  return others.length === 0 ? given : `${given}, and it exports ${others.join(", ")}`;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
