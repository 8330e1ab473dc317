import { isSlipwayError } from "@slipway/core";
import { causeOf } from "../../fargate/cloud-error.ts";
import type { KubeCall } from "../api/kube-api.ts";
import { LONGEST_LINE } from "./log-lines.ts";

export interface WantedLog {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly follow?: boolean;
  /** Of the start before the last one. */
  readonly previous?: boolean;
  readonly tailLines?: number;
  /** To the second: the API takes no fractions. */
  readonly sinceTime?: string | undefined;
}

/** Asks the kubelet, through the API server, for what a container wrote, each line with its time. */
export function logCall({ namespace, pod, ...query }: WantedLog): KubeCall {
  return {
    operation: "read the log of a pod",
    method: "GET",
    path: `/api/v1/namespaces/${namespace}/pods/${pod}/log`,
    query: { ...query, timestamps: true },
    // The time stands before the line.
    longestLine: LONGEST_LINE + 64,
  };
}

/** The container has not started, or is gone with its lines. */
export function hasNoLog(error: unknown): boolean {
  return isSlipwayError(error) && [400, 404].includes(Number(error.details["status"]));
}

export function mayNotRead(error: unknown): boolean {
  return causeOf(error) === "AccessDenied";
}
