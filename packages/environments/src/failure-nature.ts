/**
 * What a failure means for who asked: `transient` may work when asked again at once, `capacity` when the platform
 * has room, `throttled` when it is asked less often, `permanent` only when something was changed.
 */
export type FailureNature = "transient" | "capacity" | "throttled" | "permanent";
