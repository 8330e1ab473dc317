import { Flow, task } from "slipway";

const hello = task("hello", () => "hello");

export default new Flow("homeless", {}, () => {
  hello();
});
