import { resolve } from "node:path";
import type { SlipwayClient } from "@slipway/client";
import type { ResourceUsage } from "@slipway/core";
import type { SizeAdvice } from "@slipway/environments/plan";
import { money } from "./attempt-description.ts";
import type { Context } from "./context.ts";
import { parseCount } from "./count.ts";
import { readPrices } from "./prices-file.ts";
import { readRegistered } from "./registered-environment.ts";
import { resourceLines } from "./resource-lines.ts";

export interface AdviseFlags {
  readonly project: string;
  readonly last: string;
  readonly prices?: string;
}

/** Prints the size that a flow's last runs would have needed, and answers the exit code. */
export async function advise(context: Context, flow: string, flags: AdviseFlags): Promise<number> {
  const { settings, cwd, output } = context;
  const last = parseCount(flags.last, "--last");
  const prices = await readPrices(
    flags.prices === undefined ? settings.pricesFile : resolve(cwd, flags.prices),
  );
  const client = await context.connect();
  const { environment } = await readRegistered(client, flow, flags.project);
  const usages = await usagesOf(client, flow, flags.project, last);
  const { adviseEnvironment, adviseResources } = await import("@slipway/environments/plan");
  if (environment.type === "KubernetesJobEnvironment") {
    const advice = adviseResources(environment, usages);
    const lines = advice ? resourceLines(flow, advice) : [nothingTold(flow)];
    output.answer({ flow, runs: usages.length, advice: advice ?? null }, ...lines);
    return 0;
  }
  const advice = adviseEnvironment(environment, usages, prices);
  const answer = { flow, runs: usages.length, advice: advice ?? null };
  output.answer(answer, ...(advice ? adviceLines(flow, advice) : [nothingToGoBy(flow, usages)]));
  return 0;
}

/** What the newest runs used: of each its last attempt that told. */
async function usagesOf(
  client: SlipwayClient,
  flow: string,
  project: string,
  last: number,
): Promise<readonly ResourceUsage[]> {
  const runs = await client.flowRuns({ project, flow, first: last });
  const details = await Promise.all(runs.map(({ id }) => client.flowRun(id)));
  return details.flatMap((run) => {
    const usage = run?.attempts.findLast((attempt) => attempt.usage !== null)?.usage;
    return usage ? [usage] : [];
  });
}

function nothingTold(flow: string): string {
  return `No run of ${flow} has told what it used yet; run it first`;
}

function nothingToGoBy(flow: string, usages: readonly ResourceUsage[]): string {
  return usages.length === 0
    ? nothingTold(flow)
    : `None of Fargate's sizes would have held the last ${usages.length} runs of ${flow}`;
}

function adviceLines(flow: string, advice: SizeAdvice): readonly string[] {
  const { size, current, hourly, saving, why, pricesOf } = advice;
  const price = (amount: number) => `${money(amount, hourly.currency)} an hour`;
  const same = size.cpu === current.cpu && size.memoryMiB === current.memoryMiB;
  const percent = `${Math.abs(Math.round(saving * 100))} %`;
  return [
    same
      ? `${flow} has the cheapest size that fits: ${sizeOf(current)}, ${price(hourly.current)}`
      : `${flow}: ${sizeOf(size)}, ${price(hourly.size)}, in the place of ${sizeOf(current)}, ${price(hourly.current)}: ${saving >= 0 ? "saves" : "costs"} ${percent}${saving >= 0 ? "" : " more"}`,
    `  ${why}`,
    `  prices of ${pricesOf}`,
  ];
}

/** As the environment's arguments would say it. */
function sizeOf({ cpu, memoryMiB }: SizeAdvice["size"]): string {
  return `cpu: "${cpu}", memory: "${memoryMiB}"`;
}
