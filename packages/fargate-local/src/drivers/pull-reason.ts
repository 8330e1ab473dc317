/** AWS's words for a pull that failed, by what the registry or the engine said. */
const REASONS: readonly {
  readonly said: RegExp;
  readonly tells: (reference: string, message: string) => string;
}[] = [
  {
    said: /no matching manifest|no image for linux|does not match the (specified|detected) platform|does not provide the specified platform/i,
    tells: (_reference, message) =>
      `image Manifest does not contain descriptor matching platform '${platformIn(message)}': ${message}`,
  },
  {
    said: /denied|unauthorized|authentication required|insufficient_scope|\b40[13]\b|log ?in/i,
    tells: (reference, message) =>
      `failed to resolve ref ${reference}: pull access denied, repository does not exist or may require authorization: ${message}`,
  },
  {
    said: /no such image|not found|unknown|no image/i,
    tells: (reference, message) =>
      `failed to resolve ref ${reference}: ${reference}: not found: ${message}`,
  },
  {
    said: /i\/o timeout|timed? ?out|deadline exceeded|Client\.Timeout|context canceled/i,
    tells: (reference, message) =>
      `failed to resolve ref ${reference}: failed to do request: ${withTimeout(message)}`,
  },
];

/** The stopped reason of a task whose image can't be pulled. */
export function pullReason(reference: string, message: string): string {
  const lost = /no space left on device/i.test(message);
  if (lost) return `CannotPullContainerError: ref pull has been retried 1 time(s): ${message}`;
  const found = REASONS.find(({ said }) => said.test(message));
  const told =
    found?.tells(reference, message) ??
    `failed to resolve ref ${reference}: failed to do request: ${message}`;
  return `CannotPullContainerError: pull image manifest has been retried 1 time(s): ${told}`;
}

function platformIn(message: string): string {
  return /linux\/[a-z0-9]+(\/v\d+)?/.exec(message)?.[0] ?? "linux/amd64";
}

function withTimeout(message: string): string {
  return /i\/o timeout/.test(message) ? message : `${message}: i/o timeout`;
}
