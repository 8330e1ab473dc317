/** The account that every ARN names: no real account has this number. */
export const ACCOUNT_ID = "000000000000";

export function clusterArn(region: string, name: string): string {
  return `arn:aws:ecs:${region}:${ACCOUNT_ID}:cluster/${name}`;
}

export function capacityProviderArn(region: string, name: string): string {
  return `arn:aws:ecs:${region}:${ACCOUNT_ID}:capacity-provider/${name}`;
}

export function taskDefinitionArn(region: string, family: string, revision: number): string {
  return `arn:aws:ecs:${region}:${ACCOUNT_ID}:task-definition/${family}:${revision}`;
}

export function taskArn(region: string, cluster: string, id: string): string {
  return `arn:aws:ecs:${region}:${ACCOUNT_ID}:task/${cluster}/${id}`;
}

export function containerArn(region: string, cluster: string, task: string, id: string): string {
  return `arn:aws:ecs:${region}:${ACCOUNT_ID}:container/${cluster}/${task}/${id}`;
}

export function logGroupArn(region: string, name: string): string {
  return `arn:aws:logs:${region}:${ACCOUNT_ID}:log-group:${name}`;
}

/** The ARN of a role that is given by its short name, as ECS stores it. */
export function roleArn(given: string): string {
  return given.startsWith("arn:") ? given : `arn:aws:iam::${ACCOUNT_ID}:role/${given}`;
}

/** The last part of an ARN, or the whole of a short name. */
export function shortName(given: string): string {
  return given.slice(given.lastIndexOf("/") + 1);
}

/** A family with, where it is named, the revision: from `family`, `family:revision` or an ARN. */
export function parseTaskDefinitionName(given: string): { family: string; revision?: number } {
  const name = shortName(given);
  const colon = name.lastIndexOf(":");
  if (colon === -1) return { family: name };
  const revision = Number(name.slice(colon + 1));
  // A revision that is no number names nothing that exists; -1 is never registered.
  return {
    family: name.slice(0, colon),
    revision: Number.isInteger(revision) && revision > 0 ? revision : -1,
  };
}
