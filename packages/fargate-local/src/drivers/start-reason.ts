const RUNTIME = "failed to create new container runtime task: failed to create shim task: ";
const UNABLE = "OCI runtime create failed: runc create failed: unable to start container process: ";

/**
 * The reason of a container that can't start, in the words of Fargate's runtime. An engine on this machine
 * says most of them itself; `exec: "program": …` alone is put among the same words.
 */
export function startReason(message: string): string {
  if (/^Cannot\w+Error: /.test(message)) return message;
  const bare = message.replace(/^.*?failed to create shim task: /, "");
  const told = /^exec: /.test(bare) ? `${UNABLE}${bare}: unknown` : bare;
  return /^OCI runtime/.test(told)
    ? `CannotStartContainerError: ResourceInitializationError: ${RUNTIME}${told}`
    : `CannotStartContainerError: ${told}`;
}
