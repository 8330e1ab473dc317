import { Flow, task } from "slipway";

/** Waits for what nobody will ever do. */
const forlorn = task("forlorn", () => new Promise(() => undefined));

export default new Flow("Forlorn", {}, () => forlorn());
