import type { Output } from "../driver.ts";

const HEADER_BYTES = 8;
const LENGTH_AT = 4;
const STDERR = 2;
const SPACE = 0x20;

/**
 * Takes the engine's log stream apart: frames of a header (the stream's number, and the length in its
 * last four bytes) and a payload of a time, a space and one message, cut anywhere by the transport.
 * Returns what to feed with each chunk; what that answers is the output's word on
 * whether to wait with the next one.
 */
export function createFrameReader(output: Output): (chunk: Buffer) => Promise<void> | undefined {
  let pending = Buffer.alloc(0);
  return (chunk) => {
    let full: Promise<void> | undefined;
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= HEADER_BYTES) {
      const end = HEADER_BYTES + pending.readUInt32BE(LENGTH_AT);
      if (pending.length < end) break;
      const source = pending[0] === STDERR ? "stderr" : "stdout";
      full = output({ source, ...readMessage(pending.subarray(HEADER_BYTES, end)) }) ?? full;
      pending = pending.subarray(end);
    }
    return full;
  };
}

/** The engine writes times to the nanosecond; a payload without one is a message as a whole. */
function readMessage(payload: Buffer): { readonly bytes: Buffer; readonly at?: number } {
  const space = payload.indexOf(SPACE);
  const at = Date.parse(payload.subarray(0, Math.max(0, space)).toString("latin1"));
  return Number.isNaN(at) ? { bytes: payload } : { bytes: payload.subarray(space + 1), at };
}
