export * from "./environment.ts";
export * from "./errors.ts";
export * from "./json.ts";
export * from "./nearest.ts";
export * from "./reserved.ts";
export * from "./run-reporter.ts";
export * from "./state.ts";
export * from "./structure.ts";
