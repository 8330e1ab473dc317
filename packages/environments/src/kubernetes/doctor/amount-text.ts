const MEBIBYTE = 1024 ** 2;

/** An amount as people read it: memory and storage in MiB, the rest as it is. */
export function amountText(resource: string, amount: number): string {
  return /memory|storage|hugepages/.test(resource)
    ? `${Number((amount / MEBIBYTE).toFixed(1))}Mi`
    : String(Number(amount.toFixed(3)));
}
