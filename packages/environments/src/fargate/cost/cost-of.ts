import type { Cost, Timeline } from "@slipway/core";
import {
  FARGATE_PRICES,
  type FargateArchitecture,
  type FargatePrices,
  type FargateRegionPrices,
} from "./prices.ts";

/** Storage in GB that every task has without paying for it. */
const FREE_STORAGE = 20;
/** AWS bills a task for a minute at the least (for Linux). */
const LEAST_SECONDS = 60;
const SECONDS_OF_HOUR = 3600;
/** Parts of a cent that a task of a second costs still show. */
const DECIMALS = 8;

export interface FargateCapacity {
  /** CPU units: 1024 are one vCPU. */
  readonly cpu: number;
  readonly memoryMiB: number;
  readonly ephemeralStorageGiB?: number | undefined;
  readonly architecture?: FargateArchitecture | undefined;
  readonly spot?: boolean | undefined;
  readonly region?: string | undefined;
}

interface Priced extends FargateCapacity {
  readonly seconds: number;
  readonly prices?: FargatePrices | undefined;
}

/**
 * What a task on Fargate costs by list prices: CPU, memory and storage for each second, a minute at the least
 * (aws.amazon.com/fargate/pricing). A region that the table does not have costs what the default region does, and
 * `pricesOf` says so. Without what else AWS bills: public addresses, traffic, logs.
 */
export function costOf({ seconds, prices = FARGATE_PRICES, ...capacity }: Priced): Cost {
  const { table, pricesOf } = pricesFor(prices, capacity.region);
  const billed = Math.max(Math.ceil(seconds), LEAST_SECONDS);
  const amount = (hourlyCost(capacity, table) * billed) / SECONDS_OF_HOUR;
  return { amount: Number(amount.toFixed(DECIMALS)), currency: prices.currency, pricesOf };
}

/** What the capacity costs for an hour. */
export function hourlyCost(
  {
    cpu,
    memoryMiB,
    ephemeralStorageGiB = FREE_STORAGE,
    architecture = "X86_64",
    spot,
  }: FargateCapacity,
  table: FargateRegionPrices,
): number {
  const rate = (spot ? table.spot : table.onDemand)[architecture];
  const storage = Math.max(ephemeralStorageGiB - FREE_STORAGE, 0) * table.storageGbHour;
  return (cpu / 1024) * rate.vcpuHour + (memoryMiB / 1024) * rate.gbHour + storage;
}

/** The prices of a region, or those that stand for it. */
export function pricesFor(prices: FargatePrices, region: string | undefined) {
  const own = region !== undefined && Object.hasOwn(prices.regions, region);
  const name = own ? region : prices.defaultRegion;
  const table = prices.regions[name];
  if (table === undefined) throw new Error(`The price table has no region ${name}`);
  return { table, pricesOf: own ? prices.date : `${prices.date}, ${name}` };
}

/**
 * The seconds that AWS bills, "from the time you start to download your container image until the task terminates";
 * undefined for a task that never came so far or has not stopped.
 */
export function billedSeconds({ pullStartedAt, stoppedAt }: Timeline): number | undefined {
  const seconds = (Date.parse(stoppedAt ?? "") - Date.parse(pullStartedAt ?? "")) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(seconds, 0);
}
