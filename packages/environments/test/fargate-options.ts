// Arguments for tests of what is refused and what is taken.

const ROLE = "arn:aws:iam::123456789012:role/execution";

/** What runs on Fargate. */
export const BASE = {
  requiresCompatibilities: ["FARGATE"],
  networkMode: "awsvpc",
  cpu: "256",
  memory: "512",
  executionRoleArn: ROLE,
  networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-0a1b2c3d"] } },
};

export const containers = (...containerDefinitions: object[]) => ({ containerDefinitions });
export const flow = (container: object, more: object = {}) => ({
  ...containers({ name: "flow", ...container }),
  ...more,
});
export const sidecar = { name: "side", image: "busybox", essential: false };
export const awslogs = {
  logDriver: "awslogs",
  options: { "awslogs-group": "/g", "awslogs-region": "eu-west-1", "awslogs-stream-prefix": "p" },
};
export const times = (count: number) => Array.from({ length: count }, (_, index) => index);

/** What is refused, where, and a part of what the message says of it. */
export interface RefusedRow {
  readonly options: object;
  readonly path: string;
  /** A part of the message: what is legal, or what to do. */
  readonly mend: RegExp;
}
