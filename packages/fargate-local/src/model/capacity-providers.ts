import { z } from "zod";
import { type Refusal, refusal } from "./refusal.ts";

/** The providers that every account has. There are no others here: those are groups of machines. */
export const FARGATE_PROVIDERS: readonly string[] = ["FARGATE", "FARGATE_SPOT"];

export const strategySchema = z.array(
  z.looseObject({
    capacityProvider: z.string().optional(),
    weight: z.int().optional(),
    base: z.int().optional(),
  }),
);

export type Strategy = z.infer<typeof strategySchema>;

const MAX_BASE = 100_000;
const MAX_WEIGHT = 1000;
const MAX_PROVIDERS = 20;

const PROBLEMS: readonly ((strategy: Strategy) => string | undefined)[] = [
  (strategy) =>
    strategy.length > MAX_PROVIDERS
      ? `A capacity provider strategy can contain a maximum of ${MAX_PROVIDERS} capacity providers.`
      : undefined,
  (strategy) =>
    strategy.some(({ capacityProvider }) => !capacityProvider)
      ? "Capacity provider name can not be blank."
      : undefined,
  (strategy) =>
    new Set(strategy.map(({ capacityProvider }) => capacityProvider)).size < strategy.length
      ? "The specified capacity provider strategy contains the same capacity provider more than once."
      : undefined,
  (strategy) =>
    strategy.filter(({ base = 0 }) => base > 0).length > 1
      ? "The specified capacity provider strategy contains multiple capacity providers with a base value defined."
      : undefined,
  (strategy) =>
    strategy.some(({ base = 0 }) => base < 0 || base > MAX_BASE)
      ? `The base value must be between 0 and ${MAX_BASE}.`
      : undefined,
  (strategy) =>
    strategy.some(({ weight = 0 }) => weight < 0 || weight > MAX_WEIGHT)
      ? `The weight value must be between 0 and ${MAX_WEIGHT}.`
      : undefined,
  // One alone needs no weight.
  (strategy) =>
    strategy.length > 1 && strategy.every(({ weight = 0 }) => weight === 0)
      ? "There are no capacity providers with a weight value greater than zero defined in the capacity provider strategy. At least one capacity provider must have a weight value greater than zero specified."
      : undefined,
];

/** What is wrong with a strategy on a cluster with these providers. */
export function checkStrategy(
  strategy: Strategy,
  providers: readonly string[],
): Refusal | undefined {
  for (const problem of PROBLEMS) {
    const message = problem(strategy);
    if (message !== undefined) return refusal("InvalidParameterException", message);
  }
  const isForeign = strategy.some(
    ({ capacityProvider = "" }) => !providers.includes(capacityProvider),
  );
  return isForeign
    ? refusal(
        "InvalidParameterException",
        "The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster and try again.",
      )
    : undefined;
}

/** What is wrong with the providers that a cluster is to have. */
export function checkProviders(given: readonly string[]): Refusal | undefined {
  return given.every((name) => FARGATE_PROVIDERS.includes(name))
    ? undefined
    : refusal(
        "InvalidParameterException",
        "The specified capacity provider was not found. Specify a valid capacity provider and try again.",
      );
}

/** The provider of each of `count` tasks: those of the base first, then by weight. */
export function providersOf(strategy: Strategy, count: number): (string | undefined)[] {
  const [only, second] = strategy;
  if (second === undefined) return Array.from({ length: count }, () => only?.capacityProvider);
  const based = strategy.find(({ base = 0 }) => base > 0);
  const first = Math.min(count, based?.base ?? 0);
  const rest = byWeight(strategy, count - first);
  return [...Array.from({ length: first }, () => based?.capacityProvider), ...rest];
}

function byWeight(strategy: Strategy, count: number): (string | undefined)[] {
  const weighted = strategy
    .filter(({ weight = 0 }) => weight > 0)
    .map(({ capacityProvider, weight = 0 }) => ({ capacityProvider, weight, taken: 0 }));
  return Array.from({ length: count }, () => {
    const [next] = [...weighted].sort(
      (a, b) => (a.taken + 1) / a.weight - (b.taken + 1) / b.weight,
    );
    if (next !== undefined) next.taken += 1;
    return next?.capacityProvider;
  });
}
