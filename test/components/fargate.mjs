import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { capture } from "../../scripts/run-tool.mjs";
import { answers, freePort, startDaemon } from "./daemon.mjs";
import { ensurePackages } from "./debian.mjs";

const REQUIREMENTS = ["ministack==1.5.33", "docker==7.1.0"];
const PACKAGES = [{ name: "python3-venv", isThere: pythonMakesVenvs }];

/** MiniStack: an ECS endpoint that others wrote, which runs tasks as containers of our Docker engine. */
export async function startFargate({ folder, settingsOf }) {
  await ensurePackages(PACKAGES);
  const venv = await cachedVenv();
  const engine = await settingsOf("docker");
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const stop = await startDaemon({
    name: "ministack",
    command: join(venv, "bin/ministack"),
    args: [],
    env: { ...process.env, ...engine, ...settings(port, folder) },
    log: join(folder, "ministack.log"),
    isReady: () => answers(`${url}/_ministack/health`),
  });
  return { stop, env: { SLIPWAY_TEST_MINISTACK: url } };
}

/** Only what ECS needs; without BIND_HOST it would listen on every interface. */
function settings(port, folder) {
  return {
    BIND_HOST: "127.0.0.1",
    MINISTACK_HOST: "127.0.0.1",
    GATEWAY_PORT: String(port),
    SERVICES: "ecs,ecr,ec2,iam,sts,logs",
    SFTP_ENABLED: "0",
    IOT_MTLS_ENABLED: "0",
    S3_DATA_DIR: join(folder, "ministack-s3"),
    TMPDIR: folder,
  };
}

/** Installed once for each set of versions; the marker is written last, so a half-made folder is made again. */
async function cachedVenv() {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
  const venv = join(cache, "slipway-components", REQUIREMENTS.join("-").replaceAll("==", "-"));
  const marker = join(venv, "installed");
  if (
    existsSync(marker) &&
    (await capture(join(venv, "bin/python"), ["-V"], { cwd: "/" })).code === 0
  ) {
    return venv;
  }
  console.log(`Installing ${REQUIREMENTS.join(" and ")}`);
  rmSync(venv, { recursive: true, force: true });
  mkdirSync(venv, { recursive: true });
  await succeed("python3", ["-m", "venv", venv]);
  await succeed(join(venv, "bin/pip"), [
    "install",
    "--quiet",
    "--disable-pip-version-check",
    ...REQUIREMENTS,
  ]);
  writeFileSync(marker, "");
  return venv;
}

async function succeed(command, args) {
  const { code, output } = await capture(command, args, { cwd: "/" });
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} failed\n${output}`);
}

function pythonMakesVenvs() {
  try {
    execFileSync("python3", ["-c", "import venv, ensurepip"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
