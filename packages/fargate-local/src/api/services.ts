import { logOperations } from "../logs/log-operations.ts";
import { ECS_OPERATIONS } from "./ecs-operations.ts";
import type { Operation } from "./operation.ts";

/** What is served, by the service's name in AWS's JSON protocol. */
const SERVICES: ReadonlyMap<string, ReadonlyMap<string, Operation>> = new Map([
  ["AmazonEC2ContainerServiceV20141113", ECS_OPERATIONS],
  ["Logs_20140328", logOperations],
]);

/** The operations of all services, none of which share a name. */
export const OPERATION_NAMES: readonly string[] = [...SERVICES.values()].flatMap((operations) => [
  ...operations.keys(),
]);

export function findOperation(service: string, operation: string): Operation | undefined {
  return SERVICES.get(service)?.get(operation);
}
