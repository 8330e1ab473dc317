import type { ResourceAdvice } from "@slipway/environments/plan";

type Resources = ResourceAdvice["resources"];

const HOLDERS = ["requests", "limits"] as const;

/** Advice for a Job's container, as lines to paste into its manifest. */
export function resourceLines(flow: string, advice: ResourceAdvice): readonly string[] {
  const { resources, current, why } = advice;
  return [
    `${flow}: for the Job's first container, in the place of ${inOneLine(current)}`,
    "",
    "resources:",
    ...HOLDERS.flatMap((holder) => [
      `  ${holder}:`,
      ...Object.entries(resources[holder]).map(
        ([name, amount]) => `    ${name}: ${JSON.stringify(amount)}`,
      ),
    ]),
    "",
    `  ${why}`,
  ];
}

function inOneLine(resources: Resources): string {
  const said = HOLDERS.flatMap((holder) =>
    Object.entries(resources[holder]).map(
      ([name, amount]) => `${holder}.${name} ${String(amount)}`,
    ),
  );
  return said.length === 0 ? "nothing" : said.join(", ");
}
