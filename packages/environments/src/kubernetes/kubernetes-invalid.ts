import { environmentInvalid, type InvalidArgument } from "../environment-invalid.ts";

/** The class's name, as it is stored and as messages say it. */
export const TYPE = "KubernetesJobEnvironment";

/** The error that a wrong argument of `KubernetesJobEnvironment` causes: `ENVIRONMENT_INVALID`. */
export function kubernetesInvalid(argument: Omit<InvalidArgument, "type">, thrown?: unknown) {
  return environmentInvalid({ type: TYPE, ...argument }, thrown);
}
