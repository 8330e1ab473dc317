import { Flow, task } from "slipway";

const one = task("load", () => 1);
const other = task("load", () => 2);

export default new Flow("twins", {}, () => {
  one();
  other();
});
