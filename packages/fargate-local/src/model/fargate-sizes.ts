const GIB = 1024;

/** CPU units → the memory (MiB) that Fargate offers with them: from, to, in steps of. */
const SIZES: Readonly<Record<number, readonly [from: number, to: number, step: number]>> = {
  512: [1 * GIB, 4 * GIB, GIB],
  1024: [2 * GIB, 8 * GIB, GIB],
  2048: [4 * GIB, 16 * GIB, GIB],
  4096: [8 * GIB, 30 * GIB, GIB],
  8192: [16 * GIB, 60 * GIB, 4 * GIB],
  16384: [32 * GIB, 120 * GIB, 8 * GIB],
};
const SMALLEST_CPU = 256;
const MEMORY_OF_SMALLEST = [512, 1 * GIB, 2 * GIB];

export function isFargateSize(cpu: number, memoryMib: number): boolean {
  if (cpu === SMALLEST_CPU) return MEMORY_OF_SMALLEST.includes(memoryMib);
  const size = SIZES[cpu];
  if (size === undefined) return false;
  const [from, to, step] = size;
  return memoryMib >= from && memoryMib <= to && (memoryMib - from) % step === 0;
}

/** CPU units from `256`, `.25 vCPU` or `1 vcpu`; undefined where the text is neither. */
export function parseCpu(text: string): number | undefined {
  return parseAmount(text, /^(?<number>\d*\.?\d+)\s*(?<unit>vcpus?)?$/i, 1024);
}

/** MiB from `512`, `2 GB` or `2gb`; undefined where the text is neither. */
export function parseMemory(text: string): number | undefined {
  return parseAmount(text, /^(?<number>\d*\.?\d+)\s*(?<unit>gb)?$/i, GIB);
}

function parseAmount(text: string, pattern: RegExp, unitScale: number): number | undefined {
  const groups = pattern.exec(text.trim())?.groups;
  if (groups === undefined) return undefined;
  const amount = Number(groups["number"]) * (groups["unit"] === undefined ? 1 : unitScale);
  return Number.isInteger(amount) && amount > 0 ? amount : undefined;
}
