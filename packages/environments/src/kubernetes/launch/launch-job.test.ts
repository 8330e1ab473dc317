import { isSlipwayError } from "@slipway/core";
import { describe, expect, it } from "vitest";
import { type Refusal, refusalError } from "../api/kube-errors.ts";
import { IDENTIFIER_LABEL } from "../launch-labels.ts";
import { LaunchCalls } from "./launch-calls.ts";
import { launchJob } from "./launch-job.ts";

const metadata = { name: "one", uid: "u", labels: { [IDENTIFIER_LABEL]: "a" } };
const WANTED = {
  attemptId: "a",
  secret: { metadata: { name: "one" } },
  job: { metadata: { name: "one" } },
  fieldValidation: "Strict",
} as const;

/** Launches where the Secret's owner is refused so; answers what was thrown, and what was deleted. */
async function launchedWith(refusal: Pick<Refusal, "status"> & { readonly reason: string }) {
  const { status, reason } = refusal;
  const deleted: string[] = [];
  const api = {
    endpoint: "http://127.0.0.1",
    contextNamespace: undefined,
    call: async ({
      method,
      path,
      operation,
    }: {
      method: string;
      path: string;
      operation: string;
    }) => {
      if (method === "DELETE") deleted.push(path.split("/").slice(-2).join("/"));
      if (method === "PATCH") {
        const text = JSON.stringify({ kind: "Status", code: status, reason, message: reason });
        throw refusalError({ operation, status, text });
      }
      return { body: { metadata }, warnings: [] };
    },
    async *lines() {},
  };
  const calls = new LaunchCalls({ api, namespace: "n" });
  const thrown: unknown = await launchJob(calls, WANTED).catch((error: unknown) => error);
  return { code: isSlipwayError(thrown) ? thrown.code : thrown, deleted };
}

describe("a Job whose Secret it may not own", () => {
  it("is deleted where that is for good", async () => {
    expect(await launchedWith({ status: 403, reason: "Forbidden" })).toEqual({
      code: "CLOUD_REFUSED",
      deleted: ["jobs/one", "secrets/one"],
    });
  });

  it.each([
    { status: 429, reason: "TooManyRequests" },
    { status: 409, reason: "Conflict" },
    { status: 503, reason: "ServiceUnavailable" },
  ])("goes on where that passes: $reason", async (refusal) => {
    expect(await launchedWith(refusal)).toEqual({ code: "CLOUD_UNREACHABLE", deleted: [] });
  });
});
