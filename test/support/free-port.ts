import { once } from "node:events";
import { createServer } from "node:net";

/** Below those that systems give to a client, or to a server that asks for any: nobody gets one of them by accident. */
const [lowest, highest] = [15_000, 32_000];

/** A port of this machine that nobody uses, nor is likely to use before the test does. */
export async function freePort(): Promise<number> {
  const port = lowest + Math.floor(Math.random() * (highest - lowest));
  const server = createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  } catch {
    return freePort();
  }
  server.close();
  await once(server, "close");
  return port;
}
