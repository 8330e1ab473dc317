import { waitFor } from "@slipway/testing";
import { describe, expect, it } from "vitest";
import type { KubeApi, KubeCall } from "../api/kube-api.ts";
import { Reflector } from "./reflector.ts";
import { watchEvents } from "./watch-lines.ts";

const COLLECTION = { name: "Jobs", path: "/jobs" };

/** A server with nothing in it, whose watches go so, one after the other. */
function serverOf(watches: ((call: KubeCall) => "goes on" | "ends")[]): KubeApi {
  return {
    endpoint: "http://127.0.0.1",
    contextNamespace: undefined,
    call: async () => ({ body: { metadata: { resourceVersion: "1" }, items: [] }, warnings: [] }),
    async *lines(call, signal) {
      if (watches.shift()?.(call) === "ends") return;
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    },
  };
}

const cut = () => {
  throw new Error("cut");
};
const quiet = ({ onAnswer }: KubeCall) => {
  onAnswer?.();
  return "goes on" as const;
};
const brief = ({ onAnswer }: KubeCall) => {
  onAnswer?.();
  return "ends" as const;
};

async function reflecting(api: KubeApi, test: (reflector: Reflector) => Promise<void>) {
  const nothing = () => {};
  const reflected = { put: nothing, drop: nothing, begin: nothing, complete: nothing };
  const reflector = new Reflector({ api, collection: COLLECTION, reflected });
  try {
    await reflector.listed();
    await waitFor(async () => reflector.trouble !== undefined, { what: "the trouble" });
    await test(reflector);
  } finally {
    reflector.close();
  }
}

describe("a watch that is taken up again", () => {
  it("is no trouble any more, although nothing changes", () =>
    reflecting(serverOf([cut, quiet]), async (reflector) => {
      await waitFor(async () => reflector.trouble === undefined, {
        timeoutMs: 4_000,
        what: "the trouble to be over",
      });
    }));

  it("is trouble as long as it ends at once", () =>
    reflecting(serverOf([brief, brief, brief]), async (reflector) => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      expect(reflector.trouble?.forMs).toBeGreaterThan(300);
    }));
});

it("takes a server that is silent for gone", async () => {
  const { signal } = new AbortController();
  const options = { resourceVersion: "1", signal, silenceMs: 20 };
  const watch = async () => {
    for await (const _ of watchEvents(serverOf([quiet]), COLLECTION, options)) cut();
  };
  await expect(watch()).rejects.toMatchObject({ code: "CLOUD_UNREACHABLE" });
});
