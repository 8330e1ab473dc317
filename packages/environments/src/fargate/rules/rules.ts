import { checkContainers, checkHealthChecks } from "./container-rules.ts";
import { checkDependencies, checkVolumesFrom } from "./dependency-rules.ts";
import { checkLaunch } from "./launch-rules.ts";
import { checkLogs, checkSecrets } from "./log-rules.ts";
import { checkContainerSizes, checkMemoryScaling } from "./memory-rules.ts";
import { checkNamesOfThings, checkTags } from "./name-rules.ts";
import { checkNetwork, checkPorts } from "./network-rules.ts";
import { checkContainerOverrides, checkOverridesLength } from "./override-rules.ts";
import { checkPlatform } from "./platform-rules.ts";
import { checkEphemeralStorage, checkVolumes } from "./storage-rules.ts";
import type { FargateRule } from "./subject.ts";

/** What AWS refuses when a definition is registered or a task is run, known without asking it. */
export const RULES: readonly FargateRule[] = [
  checkLaunch,
  checkNamesOfThings,
  checkTags,
  checkNetwork,
  checkPlatform,
  checkEphemeralStorage,
  checkContainers,
  checkContainerSizes,
  checkMemoryScaling,
  checkPorts,
  checkVolumes,
  checkVolumesFrom,
  checkDependencies,
  checkHealthChecks,
  checkLogs,
  checkSecrets,
  checkContainerOverrides,
  checkOverridesLength,
];
