import { describe, expect, it } from "vitest";
import { pullReason } from "./pull-reason.ts";
import { startReason } from "./start-reason.ts";

const MANIFEST = "CannotPullContainerError: pull image manifest has been retried 1 time(s): ";

describe("pullReason", () => {
  it.each([
    [
      "manifest for r/i:1 not found: manifest unknown: manifest unknown",
      `${MANIFEST}failed to resolve ref r/i:1: r/i:1: not found: manifest for r/i:1 not found: manifest unknown: manifest unknown`,
    ],
    [
      "pull access denied for r/i, repository does not exist or may require 'docker login'",
      `${MANIFEST}failed to resolve ref r/i:1: pull access denied, repository does not exist or may require authorization: pull access denied for r/i, repository does not exist or may require 'docker login'`,
    ],
    [
      'Get "https://r/v2/": dial tcp 1.2.3.4:443: i/o timeout',
      `${MANIFEST}failed to resolve ref r/i:1: failed to do request: Get "https://r/v2/": dial tcp 1.2.3.4:443: i/o timeout`,
    ],
    [
      'Get "https://r/v2/": net/http: request canceled (Client.Timeout exceeded)',
      `${MANIFEST}failed to resolve ref r/i:1: failed to do request: Get "https://r/v2/": net/http: request canceled (Client.Timeout exceeded): i/o timeout`,
    ],
    [
      "no matching manifest for linux/arm64/v8 in the manifest list entries",
      `${MANIFEST}image Manifest does not contain descriptor matching platform 'linux/arm64/v8': no matching manifest for linux/arm64/v8 in the manifest list entries`,
    ],
    [
      'Get "http://r/v2/": dial tcp 127.0.0.1:1: connect: connection refused',
      `${MANIFEST}failed to resolve ref r/i:1: failed to do request: Get "http://r/v2/": dial tcp 127.0.0.1:1: connect: connection refused`,
    ],
    [
      "failed to register layer: no space left on device",
      "CannotPullContainerError: ref pull has been retried 1 time(s): failed to register layer: no space left on device",
    ],
  ])("tells %s in AWS's words", (message, reason) => {
    expect(pullReason("r/i:1", message)).toBe(reason);
  });
});

describe("startReason", () => {
  const RUNTIME =
    "CannotStartContainerError: ResourceInitializationError: failed to create new container runtime task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ";

  it.each([
    [
      'failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "x": executable file not found in $PATH: unknown',
      `${RUNTIME}exec: "x": executable file not found in $PATH: unknown`,
    ],
    [
      'exec: "x": executable file not found in $PATH',
      `${RUNTIME}exec: "x": executable file not found in $PATH: unknown`,
    ],
    ["no command specified", "CannotStartContainerError: no command specified"],
    ["CannotCreateVolumeError: no", "CannotCreateVolumeError: no"],
  ])("tells %s in the words of Fargate's runtime", (message, reason) => {
    expect(startReason(message)).toBe(reason);
  });
});
