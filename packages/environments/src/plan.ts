// What can be known of an environment without asking the platform: plans, notices, sizes, prices.
export { adviseSize, type SizeAdvice } from "./fargate/cost/advise-size.ts";
export { billedSeconds, costOf, type FargateCapacity } from "./fargate/cost/cost-of.ts";
export { FARGATE_PRICES, type FargatePrices, parseFargatePrices } from "./fargate/cost/prices.ts";
export { costOfTask, taskCapacity } from "./fargate/cost/task-capacity.ts";
export { fargateArguments } from "./fargate/fargate-arguments.ts";
export { checkAgainstImage, type ImagePlatform } from "./fargate/image-platform.ts";
export {
  type IamPolicies,
  iamPolicy,
  type PolicyDocument,
} from "./fargate/plan/iam-policy.ts";
export type { Notice } from "./fargate/plan/notice.ts";
export { registrationNotices } from "./fargate/plan/notices.ts";
export { type FargatePlan, type PlannedChange, planFargate } from "./fargate/plan/plan.ts";
