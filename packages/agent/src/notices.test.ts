import { waitFor } from "@slipway/testing";
import { describe, expect, it } from "vitest";
import { type Notice, Notices } from "./notices.ts";

/** A server that answers when it is told to. */
function slowServer() {
  const sent: Notice[] = [];
  const answers: ((error?: Error) => void)[] = [];
  const notices = new Notices((notice) => {
    sent.push(notice);
    return new Promise<void>((resolve, reject) => {
      answers.push((error) => (error ? reject(error) : resolve()));
    });
  });
  const answer = (error?: Error) => answers.shift()?.(error);
  return { notices, sent, answer };
}

describe("Notices", () => {
  it("says what changed and nothing twice", async () => {
    const { notices, sent, answer } = slowServer();
    notices.tell({ status: "starts", timeline: { createdAt: "a" } });
    answer();
    await waitFor(() => sent.length === 1);
    notices.tell({ status: "starts", timeline: { createdAt: "a" } });
    notices.tell({ status: "runs", timeline: { createdAt: "a" } });
    await waitFor(() => sent.length === 2);
    expect(sent).toEqual([{ status: "starts", timeline: { createdAt: "a" } }, { status: "runs" }]);
  });

  it("puts together what changes while it waits for an answer", async () => {
    const { notices, sent, answer } = slowServer();
    notices.tell({ status: "one" });
    notices.tell({ status: "two" });
    notices.tell({ status: "three", timeline: { createdAt: "a" } });
    answer();
    await waitFor(() => sent.length === 2);
    expect(sent).toEqual([{ status: "one" }, { status: "three", timeline: { createdAt: "a" } }]);
  });

  it("says again what was lost", async () => {
    const { notices, sent, answer } = slowServer();
    notices.tell({ status: "one" });
    answer(new Error("away"));
    await waitFor(() => {
      notices.tell({});
      return sent.length === 2;
    });
    expect(sent[1]).toEqual({ status: "one" });
  });
});
