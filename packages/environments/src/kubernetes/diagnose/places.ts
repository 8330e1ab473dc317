import type { SeenContainer, SeenPod } from "../sight.ts";

export interface Placed {
  /** Where it stands in the pod's specification, for example `containers[1]`: its name is the author's. */
  readonly place: string;
  readonly container: SeenContainer;
}

export function placesOf({ containers, initContainers }: SeenPod): readonly Placed[] {
  const placed = (list: string) => (container: SeenContainer, index: number) => ({
    place: `${list}[${index}]`,
    container,
  });
  return [...containers.map(placed("containers")), ...initContainers.map(placed("initContainers"))];
}
