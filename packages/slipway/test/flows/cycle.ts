import { Flow, task } from "slipway";

const a = task("a", ({ x }: { x: number }) => x);
const b = task("b", ({ x }: { x: number }) => x);

const flow = new Flow("Cycle");
a.bind({ x: b }, { flow });
b.bind({ x: a }, { flow });

export default flow;
