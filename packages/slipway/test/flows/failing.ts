import { Flow, task } from "slipway";

const boom = task("boom", () => {
  throw new Error("no luck");
});

export default new Flow("Failing", {}, () => boom());
