import type { DriverName } from "./driver.ts";

export type DriverOption = "auto" | DriverName;

export interface DriverChoice {
  readonly driver: DriverName;
  /** Why, for the log. */
  readonly why: string;
}

/** Which driver runs a task: one for all of its containers, as they share a network. */
export async function chooseDriver(
  option: DriverOption,
  images: readonly string[],
  isEngineAnswering: () => Promise<boolean>,
): Promise<DriverChoice> {
  if (option !== "auto") return { driver: option, why: "it was asked for" };
  if (images.some((image) => image.startsWith("oci://"))) {
    return { driver: "process", why: "the image is a folder on this machine" };
  }
  if (await isEngineAnswering()) return { driver: "docker", why: "a Docker engine answers" };
  return { driver: "process", why: "no Docker engine answers" };
}
