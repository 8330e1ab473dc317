export type { DriverOption } from "./drivers/choose-driver.ts";
export type { FailureScript } from "./failures/failure-rules.ts";
export { type FailureScriptInput, parseFailureScript } from "./failures/failure-script.ts";
export { readFailureScript } from "./failures/read-script.ts";
export {
  type FargateLocal,
  type FargateLocalOptions,
  startFargateLocal,
} from "./start-fargate-local.ts";
