import { Flow, task } from "slipway";

const first = task("first", ({ value }: { value: number }) => value);
const second = task("second", ({ value }: { value: number }) => value);
const flow = new Flow("circle");
first.bind({ value: second }, { flow });
second.bind({ value: first }, { flow });

export default flow;
