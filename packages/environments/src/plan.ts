// What can be known of an environment without asking the platform: plans, notices, sizes, prices.
export { checkedEnvironment } from "./checked-environment.ts";
export { adviseEnvironment } from "./fargate/cost/advise-environment.ts";
export type { SizeAdvice } from "./fargate/cost/advise-size.ts";
export { type FargatePrices, parseFargatePrices } from "./fargate/cost/prices.ts";
export { checkAgainstImage, type ImagePlatform } from "./fargate/image-platform.ts";
export { type FargatePlan, planFargate } from "./fargate/plan/plan.ts";
export { adviseResources, type ResourceAdvice } from "./kubernetes/cost/advise-resources.ts";
export { roleYaml } from "./kubernetes/doctor/role.ts";
export { type KubernetesPlan, planKubernetes } from "./kubernetes/plan/plan.ts";
export type { Notice } from "./notice.ts";
export { registrationNotices } from "./registration-notices.ts";
