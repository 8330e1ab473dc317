import { isPlainObject, type Json, SlipwayError } from "@slipway/core";

/** What one kind of capacity costs for an hour. */
export interface FargateRate {
  readonly vcpuHour: number;
  /** For a GB (AWS means 1024 MiB). */
  readonly gbHour: number;
}

export type FargateArchitecture = "X86_64" | "ARM64";

export interface FargateRegionPrices {
  readonly onDemand: Readonly<Record<FargateArchitecture, FargateRate>>;
  readonly spot: Readonly<Record<FargateArchitecture, FargateRate>>;
  /** For a GB of ephemeral storage beyond the 20 that cost nothing. */
  readonly storageGbHour: number;
}

/** Prices of Fargate for Linux, by region. Replaceable: discounts, other regions and new prices are the user's to know. */
export interface FargatePrices {
  /** The date of the prices, as ISO 8601. */
  readonly date: string;
  /** ISO 4217. */
  readonly currency: string;
  /** The region whose prices stand for those that are not in the table. */
  readonly defaultRegion: string;
  readonly regions: Readonly<Record<string, FargateRegionPrices>>;
}

/**
 * List prices of us-east-1 (aws.amazon.com/fargate/pricing), which stand for every other region, too: those are
 * mostly the same or up to a third dearer. The Spot price moves with AWS's supply: it is one that AWS had (67 % off),
 * and for ARM the same discount.
 */
export const FARGATE_PRICES: FargatePrices = {
  date: "2026-03-01",
  currency: "USD",
  defaultRegion: "us-east-1",
  regions: {
    "us-east-1": {
      onDemand: {
        X86_64: { vcpuHour: 0.04048, gbHour: 0.004445 },
        ARM64: { vcpuHour: 0.03238, gbHour: 0.00356 },
      },
      spot: {
        X86_64: { vcpuHour: 0.01334053, gbHour: 0.00146489 },
        ARM64: { vcpuHour: 0.01067, gbHour: 0.001173 },
      },
      storageGbHour: 0.000111,
    },
  },
};

/** Reads a price table of the user's own, for example from a JSON file. Throws `INVALID_ARGUMENT` with the path of what is wrong. */
export function parseFargatePrices(given: unknown): FargatePrices {
  const { date, currency, defaultRegion, regions } = objectAt(given, "prices");
  const priced = Object.entries(objectAt(regions, "regions")).map(
    ([region, prices]) => [region, parseRegion(prices, `regions.${region}`)] as const,
  );
  const first = textAt(
    defaultRegion ?? priced[0]?.[0],
    "defaultRegion",
    /^[a-z0-9-]+$/,
    "a region",
  );
  if (!priced.some(([region]) => region === first)) {
    throw invalid(
      "defaultRegion",
      `is ${first}, which \`regions\` does not have`,
      priced.map(([region]) => region),
    );
  }
  return {
    date: textAt(date, "date", /^\d{4}-\d{2}-\d{2}$/, "a date like 2026-03-01"),
    currency: textAt(currency ?? "USD", "currency", /^[A-Z]{3}$/, "three letters like USD"),
    defaultRegion: first,
    regions: Object.fromEntries(priced),
  };
}

function parseRegion(given: unknown, path: string): FargateRegionPrices {
  const { onDemand, spot, storageGbHour } = objectAt(given, path);
  return {
    onDemand: parseRates(onDemand, `${path}.onDemand`),
    spot: parseRates(spot, `${path}.spot`),
    storageGbHour: priceAt(storageGbHour, `${path}.storageGbHour`),
  };
}

function parseRates(given: unknown, path: string): FargateRegionPrices["onDemand"] {
  const rates = objectAt(given, path);
  const rate = (architecture: FargateArchitecture): FargateRate => {
    const { vcpuHour, gbHour } = objectAt(rates[architecture], `${path}.${architecture}`);
    return {
      vcpuHour: priceAt(vcpuHour, `${path}.${architecture}.vcpuHour`),
      gbHour: priceAt(gbHour, `${path}.${architecture}.gbHour`),
    };
  };
  return { X86_64: rate("X86_64"), ARM64: rate("ARM64") };
}

function priceAt(given: unknown, path: string): number {
  if (typeof given === "number" && Number.isFinite(given) && given >= 0) return given;
  throw invalid(path, `is ${JSON.stringify(given)}; give a number, 0 or more`, "a number");
}

function textAt(given: unknown, path: string, pattern: RegExp, words: string): string {
  if (typeof given === "string" && pattern.test(given)) return given;
  throw invalid(path, `is ${JSON.stringify(given)}; give ${words}`, words);
}

function objectAt(given: unknown, path: string): Readonly<Record<string, unknown>> {
  if (isPlainObject(given)) return given;
  throw invalid(path, "must be an object", "an object");
}

function invalid(path: string, problem: string, accepted: Json): SlipwayError {
  return new SlipwayError("INVALID_ARGUMENT", `The price table's \`${path}\` ${problem}`, {
    path,
    accepted,
  });
}
