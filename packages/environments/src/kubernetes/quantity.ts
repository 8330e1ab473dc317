const QUANTITY = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d+))?$/;

const DECIMAL = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const BINARY = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/** What a quantity of Kubernetes stands for (bytes, or cores); undefined where it is none. */
export function parseQuantity(given: unknown): number | undefined {
  if (typeof given === "number") return Number.isFinite(given) ? given : undefined;
  const [, amount, suffix = "", exponent] =
    (typeof given === "string" ? QUANTITY.exec(given) : null) ?? [];
  if (amount === undefined) return undefined;
  if (exponent !== undefined) return Number(`${amount}e${exponent}`);
  if (suffix.endsWith("i")) return Number(amount) * 1024 ** BINARY.indexOf(suffix);
  return Number(amount) * 1000 ** (DECIMAL.indexOf(suffix) - DECIMAL.indexOf(""));
}

const MEBIBYTE = 1024 ** 2;

/** A quantity of memory as MiB; undefined where it is none. */
export function parseMebibytes(given: unknown): number | undefined {
  const bytes = parseQuantity(given);
  return bytes === undefined ? undefined : bytes / MEBIBYTE;
}
