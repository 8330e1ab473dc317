/** What people call a platform, what is launched on it, and what tells that of an attempt. */
export interface PlatformWords {
  readonly platform: string;
  readonly thing: string;
  /** Stands before the attempt's id on what was launched for it. */
  readonly mark: string;
}

const WORDS: Readonly<Record<string, PlatformWords>> = {
  FargateTaskEnvironment: { platform: "ECS", thing: "task", mark: "tag `identifier`" },
  KubernetesJobEnvironment: {
    platform: "Kubernetes",
    thing: "Job",
    mark: "label `slipway.dev/identifier`",
  },
};

const UNKNOWN: PlatformWords = { platform: "the platform", thing: "launch", mark: "identifier" };

export function platformWords(environmentType: string): PlatformWords {
  return WORDS[environmentType] ?? UNKNOWN;
}
