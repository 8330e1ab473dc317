import { environmentInvalid, type InvalidArgument } from "../environment-invalid.ts";

/** The class's name, as it is stored and as messages say it. */
export const TYPE = "FargateTaskEnvironment";

/** The error that a wrong argument of `FargateTaskEnvironment` causes: `ENVIRONMENT_INVALID`. */
export function fargateInvalid(argument: Omit<InvalidArgument, "type">) {
  return environmentInvalid({ type: TYPE, ...argument });
}
