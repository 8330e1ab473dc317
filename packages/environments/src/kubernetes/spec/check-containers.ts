import { containersOf } from "./containers.ts";
import type { JobCheck } from "./finding.ts";

/** Names that stand twice or not at all. The flow's own container needs none. */
export const checkContainers: JobCheck = (job) => {
  const containers = containersOf(job);
  return containers.flatMap(({ name, at }, index) => {
    if (name === undefined) return [{ at, problem: "has no name; every container needs one" }];
    const twin = containers.slice(0, index).find((other) => other.name === name);
    return twin === undefined
      ? []
      : [
          {
            at: [...at, "name"],
            problem: `is the name of ${twin.place}, too; give each container of the pod one of its own`,
          },
        ];
  });
};
