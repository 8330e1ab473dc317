import { describe, expect, it } from "vitest";
import type { KubeApi } from "../api/kube-api.ts";
import { refusalError } from "../api/kube-errors.ts";
import type { SeenContainer } from "../sight.ts";
import { followContainer } from "./follow-container.ts";
import { LineTaker } from "./line-taker.ts";

const running: SeenContainer = {
  name: "side",
  ready: true,
  restartCount: 0,
  state: { running: { startedAt: "2026-01-01T00:00:00Z" } },
  lastState: {},
};
const WORDS = 'pods "p" is forbidden: User "u" cannot get resource "pods/log"';
const LINE = "2026-01-01T00:00:01.000000000Z said";

/** Follows a container whose log is asked for so; answers its lines, and when it was asked for, in seconds. */
async function followed(
  answers: readonly (number | string)[],
  seen: (asked: number) => SeenContainer | undefined,
) {
  const asked: number[] = [];
  const lines: string[] = [];
  const begun = performance.now();
  const api: KubeApi = {
    endpoint: "http://127.0.0.1",
    contextNamespace: undefined,
    call: async () => ({ body: {}, warnings: [] }),
    async *lines({ operation }) {
      const answer = answers[asked.length] ?? "";
      asked.push((performance.now() - begun) / 1_000);
      if (typeof answer === "number")
        throw refusalError({ operation, status: answer, text: WORDS });
      if (answer !== "") yield answer;
    },
  };
  const sink = {
    cursors: {},
    wantsFlowContainer: true,
    take: async (_: string, taken: readonly { readonly message: string }[]) =>
      void lines.push(...taken.map(({ message }) => message)),
  };
  const clean = (text: string) => text;
  await followContainer({
    place: { api, namespace: "n" },
    pod: "p",
    name: "side",
    taker: new LineTaker({ sink, place: "containers[1]", notBefore: "", clean }),
    seen: () => seen(asked.length),
    signal: new AbortController().signal,
  });
  return { asked, lines };
}

describe("following a container", () => {
  it("asks again where a container that runs has no log yet", async () => {
    const seen = (asked: number) => (asked < 2 ? running : undefined);
    expect(await followed([404, LINE], seen)).toMatchObject({ lines: ["said"] });
  });

  it("asks a server that fails less and less often", { timeout: 15_000 }, async () => {
    const seen = (asked: number) => (asked < 4 ? running : undefined);
    const { asked } = await followed([503, 503, 503, 503, LINE], seen);
    const [, , , fourth = 0, fifth = 0] = asked;
    expect(fifth - fourth).toBeGreaterThan(1.9);
  });

  it("leaves alone what it may not read", async () => {
    expect((await followed([403, LINE], () => running)).lines).toEqual([]);
  });
});
