import { once } from "node:events";
import { createServer } from "node:http";

const ORDER = /^\/(?<verb>stop|kill|start)\/(?<name>[a-z-]+)$/;

/** Lets tests end and start the programs: `POST /stop/apiserver` answers when it has ended, `POST /start/apiserver` when it works. */
export async function startControl(programs) {
  let earlier = Promise.resolve();
  const server = createServer((request, response) => {
    // One after the other, as they were given.
    earlier = earlier
      .then(() => obey(programs, request))
      .catch((error) => ({ status: 500, text: error.message }))
      .then(({ status, text }) => response.writeHead(status).end(text));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${server.address().port}`, stop };
}

async function obey(programs, { method, url }) {
  const { verb, name } = ORDER.exec(url)?.groups ?? {};
  if (method !== "POST" || !(name in programs)) {
    const names = Object.keys(programs).join(", ");
    return { status: 404, text: `POST /stop, /kill or /start, and one of ${names}` };
  }
  await programs[name][verb]();
  return { status: 200, text: `${name}: ${verb}` };
}
