import type { LaunchRequest } from "@slipway/core";

/** One attempt of one run, for tests. */
export const REQUEST: LaunchRequest = Object.freeze({
  installationId: "7f1e2d3c-0000-4000-8000-00000000abcd",
  flowName: "weather-report",
  flowRunId: "0b6f4a2e-8f1c-4a55-9d0e-7c1f3a9b2d10",
  attempt: 1,
  attemptId: "5c0d9a7b-1111-4222-8333-944445555666",
  image: "127.0.0.1:5000/flows/weather@sha256:aa",
  apiUrl: "http://127.0.0.1:4200/graphql",
  bootstrapToken: "slb_token-of-this-attempt",
  earlier: Object.freeze([]),
  variant: 0,
});
