import { isObject } from "../../plain-read.ts";
import { fargateInvalid } from "../fargate-invalid.ts";
import { isMeantForFargate } from "../target.ts";
import type { FargateSubject } from "./subject.ts";

const FARGATE_SYSTEMS = [
  "LINUX",
  "WINDOWS_SERVER_2019_CORE",
  "WINDOWS_SERVER_2019_FULL",
  "WINDOWS_SERVER_2022_CORE",
  "WINDOWS_SERVER_2022_FULL",
  "WINDOWS_SERVER_2025_CORE",
  "WINDOWS_SERVER_2025_FULL",
];

/** Operating systems that Fargate has, and ARM for Linux alone. */
export function checkPlatform(subject: FargateSubject): void {
  const platform = subject.definition["runtimePlatform"];
  if (!isObject(platform) || !isMeantForFargate(subject)) return;
  const { operatingSystemFamily = "LINUX", cpuArchitecture } = platform;
  const path = subject.path("registerTaskDefinition", "runtimePlatform");
  if (!FARGATE_SYSTEMS.includes(String(operatingSystemFamily))) {
    throw fargateInvalid({
      path: `${path}.operatingSystemFamily`,
      problem: `is ${JSON.stringify(operatingSystemFamily)}, and Fargate has ${FARGATE_SYSTEMS.join(", ")}`,
      given: operatingSystemFamily,
      accepted: FARGATE_SYSTEMS,
    });
  }
  if (cpuArchitecture === "ARM64" && operatingSystemFamily !== "LINUX") {
    throw fargateInvalid({
      path: `${path}.cpuArchitecture`,
      problem: 'is "ARM64", which Fargate has with LINUX alone; give "X86_64" or LINUX',
      given: cpuArchitecture,
      accepted: "X86_64",
    });
  }
}
