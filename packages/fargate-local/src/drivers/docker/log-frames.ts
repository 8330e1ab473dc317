const HEADER_BYTES = 8;
const LENGTH_AT = 4;

/**
 * Takes the engine's log stream apart: frames of a header (the stream's number, and the length in its
 * last four bytes) and a payload, cut anywhere by the transport. Returns what to feed with each chunk.
 */
export function createFrameReader(output: (payload: Buffer) => void): (chunk: Buffer) => void {
  let pending = Buffer.alloc(0);
  return (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= HEADER_BYTES) {
      const end = HEADER_BYTES + pending.readUInt32BE(LENGTH_AT);
      if (pending.length < end) return;
      output(pending.subarray(HEADER_BYTES, end));
      pending = pending.subarray(end);
    }
  };
}
