import { once } from "node:events";
import { readFileSync } from "node:fs";
import { get, request } from "node:https";
import { text } from "node:stream/consumers";

/** Calls the API server as its administrator. Throws where it does not answer with success. */
export function openApi(path, address) {
  const [ca, cert, key] = ["ca.crt", "admin.crt", "admin.key"].map((name) =>
    readFileSync(path(name)),
  );
  return async (method, url, body) => {
    const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
    const headers = { "content-type": type };
    // A connection for each call: a kept one would not survive the API server's own restarts.
    const options = { method, headers, ca, cert, key, agent: false, timeout: 5_000 };
    const call = request(`https://${address}${url}`, options);
    call.on("timeout", () => call.destroy(new Error(`${method} ${url} was not answered`)));
    call.end(body === undefined ? undefined : JSON.stringify(body));
    const [answer] = await once(call, "response");
    const content = await text(answer);
    if (answer.statusCode >= 300) throw new Error(`${method} ${url} was answered ${content}`);
    return content.startsWith("{") ? JSON.parse(content) : content;
  };
}

/** Whether an HTTPS address whose certificate nobody has signed answers with success. */
export function answersSecurely(url) {
  const options = { rejectUnauthorized: false, agent: false };
  return new Promise((resolve) => {
    const call = get(url, options, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    call.on("error", () => resolve(false));
  });
}

/** Whether something works out. */
export function isDone(promise) {
  return promise.then(
    () => true,
    () => false,
  );
}
