import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

/** A pager that keeps what it gets. */
export interface TestPager {
  readonly url: string;
  readonly pages: unknown[];
  /** What it answers next, before it answers 202 again. */
  readonly statuses: number[];
  close(): Promise<void>;
}

export async function openPager(): Promise<TestPager> {
  const pages: unknown[] = [];
  const statuses: number[] = [];
  const server = createServer(async (request, response) => {
    const page = (await json(request)) as object;
    const status = statuses.shift() ?? 202;
    if (status === 202) pages.push({ key: request.headers.authorization, ...page });
    response.writeHead(status).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    pages,
    statuses,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
