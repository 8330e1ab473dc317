import { isObject } from "../../plain-read.ts";
import { fargateInvalid } from "../fargate-invalid.ts";
import { parseCpu } from "../sizes.ts";
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
  if (operatingSystemFamily !== "LINUX") checkWindowsCpu(subject);
}

/** "Windows containers: 1 vCPU to 4 vCPU" (AWS, task CPU and memory). */
const WINDOWS_CPU = [1024, 2048, 4096];

function checkWindowsCpu({ definition: { cpu }, path }: FargateSubject): void {
  const at = path("registerTaskDefinition", "cpu");
  if (cpu === undefined || WINDOWS_CPU.includes(parseCpu(cpu, at))) return;
  throw fargateInvalid({
    path: at,
    problem: `is ${JSON.stringify(cpu)}, which Fargate does not have for Windows; it has ${WINDOWS_CPU.join(", ")}`,
    given: cpu,
    accepted: WINDOWS_CPU.map(String),
  });
}
