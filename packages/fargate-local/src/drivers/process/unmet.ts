import type { ContainerRequest } from "../driver.ts";
import { unmetByAll } from "../unmet.ts";
import { variableOf } from "./process-mounts.ts";

/** What a plain process is not given of what its container asks for. */
export function unmetByProcess(request: ContainerRequest): string[] {
  const { container, mounts } = request;
  const { tmpfs = [], initProcessEnabled = false, capabilities } = container.linuxParameters ?? {};
  const asked: readonly (readonly [boolean, string])[] = [
    [Boolean(container.user), `user ${container.user}`],
    [container.readonlyRootFilesystem === true, "readonlyRootFilesystem"],
    [initProcessEnabled, "initProcessEnabled"],
    [tmpfs.length > 0, `tmpfs at ${tmpfs.map(({ containerPath }) => containerPath).join(", ")}`],
    [capabilities !== undefined, "capabilities"],
    [Boolean(container.ulimits?.length), "ulimits"],
    [container.interactive === true, "interactive"],
    [container.pseudoTerminal === true, "pseudoTerminal"],
  ];
  const fields = asked.filter(([isAsked]) => isAsked).map(([, field]) => field);
  const places = mounts.map(
    ({ volume, containerPath, readOnly }) =>
      `the mount of ${volume} at ${containerPath}${readOnly ? " (readOnly)" : ""}: its folder stands in ${variableOf(volume)}, and in arguments that name the path`,
  );
  return [...unmetByAll(request), ...fields, ...places];
}
