import { describe, expect, it } from "vitest";
import { checkAgainstImage } from "./image-platform.ts";

const AMD = { os: "linux", architecture: "amd64" };
const ARM = { os: "linux", architecture: "arm64" };
const asked = (cpuArchitecture: string) => ({ runtimePlatform: { cpuArchitecture } });

describe("the flow's image", () => {
  it.each([
    { args: {}, platforms: [AMD] },
    { args: asked("X86_64"), platforms: [ARM, AMD] },
    { args: asked("ARM64"), platforms: [ARM] },
    { args: { taskDefinition: "own:3" }, platforms: [ARM] },
  ])("has the architecture that is asked for: $args", ({ args, platforms }) => {
    expect(() => checkAgainstImage(args, platforms)).not.toThrow();
  });

  it.each([
    {
      args: {},
      platforms: [ARM],
      mend: /X86_64 where it is not given.*linux\/arm64.*give "ARM64"/,
    },
    {
      args: asked("ARM64"),
      platforms: [AMD],
      mend: /give "X86_64", or build the image for linux\/arm64/,
    },
    {
      args: { registerTaskDefinition: asked("ARM64") },
      platforms: [AMD],
      mend: /`registerTaskDefinition\.runtimePlatform/,
    },
    {
      args: { runtimePlatform: { operatingSystemFamily: "WINDOWS_SERVER_2022_CORE" } },
      platforms: [AMD],
      mend: /not for windows\/amd64/,
    },
    { args: {}, platforms: [], mend: /no platform/ },
  ])("that lacks it is refused: $args, $platforms", ({ args, platforms, mend }) => {
    const check = () => checkAgainstImage(args, platforms);
    expect(check).toThrow(mend);
    expect(check).toThrow(
      expect.objectContaining({
        code: "ENVIRONMENT_INVALID",
        details: expect.objectContaining({ cause: "PlatformMismatch" }),
      }),
    );
  });
});
