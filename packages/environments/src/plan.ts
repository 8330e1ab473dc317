// What can be known of an environment without asking the platform: plans, notices, sizes, prices.
export { checkedEnvironment } from "./checked-environment.ts";
export { adviseEnvironment } from "./fargate/cost/advise-environment.ts";
export type { SizeAdvice } from "./fargate/cost/advise-size.ts";
export { type FargatePrices, parseFargatePrices } from "./fargate/cost/prices.ts";
export { checkAgainstImage, type ImagePlatform } from "./fargate/image-platform.ts";
export type { Notice } from "./fargate/plan/notice.ts";
export { registrationNotices } from "./fargate/plan/notices.ts";
export { type FargatePlan, planFargate } from "./fargate/plan/plan.ts";
