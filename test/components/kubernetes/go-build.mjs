import { statSync } from "node:fs";
import { join } from "node:path";
import { capture } from "../../../scripts/run-tool.mjs";

const STILL_MS = 60_000;

/**
 * Builds one program of a published Go module in an empty folder and answers its path. Sources come from the module
 * proxy, are checked against the checksum database, and stay in the user's own Go caches.
 */
export async function buildProgram(name, { module, version, folder, variables = {} }, workplace) {
  const start = performance.now();
  const passed = () => `${Math.round((performance.now() - start) / 1000)} s`;
  console.log(`Building ${name} ${version} (minutes where Go's own cache is empty)`);
  const timer = setInterval(() => console.log(`Building ${name} (${passed()})`), STILL_MS);
  try {
    const go = (...args) => runGo(args, workplace);
    await writeModule(go, module, version);
    const path = join(workplace, name);
    await go(
      ...["build", "-mod=mod", "-trimpath", "-ldflags", linkerFlags(variables)],
      ...["-o", path, `${module}${folder}`],
    );
    console.log(`Built ${name} in ${passed()}, ${Math.round(statSync(path).size / 1e6)} MB`);
    return path;
  } finally {
    clearInterval(timer);
  }
}

/**
 * Depends on the module as it was released. Kubernetes requires its own libraries at v0.0.0, from neighbouring folders,
 * and publishes those of 1.34.3 as 0.34.3.
 */
async function writeModule(go, module, version) {
  const { GoMod } = JSON.parse(await go("mod", "download", "-json", `${module}@${version}`));
  const { Go, Require } = JSON.parse(await go("mod", "edit", "-json", GoMod));
  const replacements = Require.filter(({ Version }) => Version === "v0.0.0").map(
    ({ Path }) => `-replace=${Path}=${Path}@${version.replace(/^v1\./, "v0.")}`,
  );
  await go("mod", "init", "slipway.test/build");
  await go("mod", "edit", `-go=${Go}`, `-require=${module}@${version}`, ...replacements);
}

function linkerFlags(variables) {
  const settings = Object.entries(variables).map(([name, value]) => `-X ${name}=${value}`);
  return ["-s", "-w", ...settings].join(" ");
}

async function runGo(args, cwd) {
  const env = { ...process.env, GOFLAGS: "-buildvcs=false", GOWORK: "off", CGO_ENABLED: "0" };
  const { code, output } = await capture("go", args, { cwd, env });
  if (code === 0) return output;
  throw new Error(`go ${args.join(" ")} failed\n${output.split("\n").slice(-20).join("\n")}`);
}
