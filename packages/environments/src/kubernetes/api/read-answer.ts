import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { createGunzip } from "node:zlib";

/** A page of 500 pods has about 10 MB; what is much larger is no answer to hold in memory. */
const MOST_BYTES = 64 * 1024 * 1024;
/** An object may have 1.5 MB in etcd. */
const LONGEST_LINE = 16 * 1024 * 1024;

/** The whole body as text. Throws where it is larger than any answer should be. */
export async function readText(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  const body = unpacked(answer);
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MOST_BYTES) {
      answer.destroy();
      throw new Error(`the answer has more than ${MOST_BYTES} bytes`);
    }
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** The lines as they come. A line that is longer than allowed loses its end. */
export async function* readLines(
  answer: IncomingMessage,
  longest: number = LONGEST_LINE,
): AsyncGenerator<string> {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  for await (const chunk of unpacked(answer)) {
    const parts = decoder.write(chunk).split("\n");
    const last = parts.pop() ?? "";
    for (const part of parts) {
      yield (rest + part).slice(0, longest);
      rest = "";
    }
    // One character more than allowed, so that nothing of what follows is kept.
    rest = (rest + last).slice(0, longest + 1);
  }
  if (rest !== "") yield rest.slice(0, longest);
}

function unpacked(answer: IncomingMessage): Readable {
  if (answer.headers["content-encoding"] !== "gzip") return answer;
  const gunzip = createGunzip();
  answer.on("error", (error) => gunzip.destroy(error));
  return answer.pipe(gunzip);
}
