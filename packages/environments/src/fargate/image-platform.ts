import type { JsonObject } from "@slipway/core";
import { isObject, textOf } from "../plain-read.ts";
import { fargateArguments, pathOf } from "./fargate-arguments.ts";
import { fargateInvalid } from "./fargate-invalid.ts";

/** A platform of an image, by the OCI's names: `linux`, `amd64`. */
export interface ImagePlatform {
  readonly os: string;
  readonly architecture: string;
}

const OCI_ARCHITECTURES: Readonly<Record<string, string>> = { X86_64: "amd64", ARM64: "arm64" };

/**
 * Refuses an image that has nothing for the architecture that the definition asks for (X86_64 and Linux unless it
 * says otherwise). A fixed definition says nothing here. Throws `ENVIRONMENT_INVALID`.
 */
export function checkAgainstImage(args: JsonObject, platforms: readonly ImagePlatform[]): void {
  const { definition, pinned } = fargateArguments(args);
  if (pinned !== undefined) return;
  const given = isObject(definition["runtimePlatform"]) ? definition["runtimePlatform"] : {};
  const architecture = textOf(given["cpuArchitecture"]) ?? "X86_64";
  const os = (textOf(given["operatingSystemFamily"]) ?? "LINUX").startsWith("WINDOWS")
    ? "windows"
    : "linux";
  const wanted = OCI_ARCHITECTURES[architecture] ?? architecture;
  if (platforms.some((one) => one.os === os && one.architecture === wanted)) return;
  const there = platforms.map((one) => `${one.os}/${one.architecture}`);
  const [mend] = Object.entries(OCI_ARCHITECTURES).flatMap(([name, oci]) =>
    platforms.some((one) => one.os === "linux" && one.architecture === oci) ? [name] : [],
  );
  throw fargateInvalid({
    path: `${pathOf(args, "registerTaskDefinition", "runtimePlatform")}.cpuArchitecture`,
    problem: `is ${architecture}${given["cpuArchitecture"] === undefined ? " where it is not given" : ""}, and the flow's image is for ${there.join(", ") || "no platform"}, not for ${os}/${wanted}; ${mend === undefined ? "" : `give "${mend}", or `}build the image for ${os}/${wanted}`,
    given: architecture,
    accepted: mend ?? there,
    cause: "PlatformMismatch",
  });
}
