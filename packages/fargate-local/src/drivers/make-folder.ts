import { chmodSync, mkdirSync } from "node:fs";

const FOR_ANY_USER = 0o777;

/** A folder that a container's user may write to, whoever that is; the data folder above it keeps others out. */
export function makeSharedFolder(path: string): void {
  const isNew = mkdirSync(path, { recursive: true }) !== undefined;
  if (isNew) chmodSync(path, FOR_ANY_USER);
}
