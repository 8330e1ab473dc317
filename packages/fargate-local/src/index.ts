export type { DriverOption } from "./drivers/choose-driver.ts";
export {
  type FargateLocal,
  type FargateLocalOptions,
  startFargateLocal,
} from "./start-fargate-local.ts";
