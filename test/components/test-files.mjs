import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const DECLARATION = /^\/\/ component: (.+)$/;

/** Every component test of the checkout, with the components that its first line names. */
export function findTestFiles(root) {
  const packages = readdirSync(join(root, "packages")).map((name) =>
    join("packages", name, "test"),
  );
  return [...packages, "e2e", "test/components"]
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => filesBelow(root, folder))
    .filter((file) => file.endsWith(".component.test.ts"))
    .map((file) => ({ file, components: declaredIn(join(root, file)) }));
}

function filesBelow(root, folder) {
  return readdirSync(join(root, folder), { recursive: true }).map((file) => join(folder, file));
}

function declaredIn(path) {
  const [firstLine = ""] = readFileSync(path, "utf8").split("\n", 1);
  return DECLARATION.exec(firstLine)?.[1].trim().split(/\s+/) ?? [];
}
