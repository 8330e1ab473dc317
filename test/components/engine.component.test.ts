// component: registry docker
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const run = promisify(execFile);

describe("the base image made on the spot", () => {
  const image = process.env["SLIPWAY_TEST_BASE_IMAGE"] ?? "";

  it("is pulled from the registry by the engine and runs this machine's node", async () => {
    const { stdout } = await run("docker", ["run", "--rm", image, "node", "-p", "process.version"]);
    expect(stdout.trim()).toBe(process.version);
  });

  it("has a shell, passes exit codes on and can resolve names", async () => {
    const command = [
      "run",
      "--rm",
      image,
      "sh",
      "-c",
      "node -e 'dns.lookup(\"localhost\", console.log)'; exit 3",
    ];
    await expect(run("docker", command)).rejects.toMatchObject({
      code: 3,
      stdout: expect.stringContaining("127.0.0.1"),
    });
  });
});
