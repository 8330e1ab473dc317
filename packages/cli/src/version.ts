/** The version of all of Slipway's packages, which move together. */
export const VERSION = "0.1.0";
