// Serves a folder at a path of 127.0.0.1, as any server of static files would.
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";

const html = "text/html; charset=utf-8";
const types: Readonly<Record<string, string>> = {
  ".html": html,
  ".css": "text/css",
  ".js": "text/javascript",
  ".json": "application/json",
  ".md": "text/markdown; charset=utf-8",
  ".png": "image/png",
  ".txt": "text/plain; charset=utf-8",
};

/** The file of an address; undefined for one outside of the base or with `..` in it. */
function fileOf(address: string, base: string): string | undefined {
  const path = decodeURIComponent(new URL(address, "http://127.0.0.1").pathname);
  if (!path.startsWith(base) || path.includes("..")) return undefined;
  const file = path.slice(base.length);
  return file === "" || file.endsWith("/") ? `${file}index.html` : file;
}

export async function serveFolder(folder: string, base = "/"): Promise<{ readonly url: string; close(): void }> {
  const server = createServer(async ({ url = "/" }, response) => {
    const file = fileOf(url, base);
    const text = file === undefined ? undefined : await readFile(join(folder, file)).catch(() => undefined);
    if (text === undefined) {
      const page = await readFile(join(folder, "404.html")).catch(() => "not found");
      response.writeHead(404, { "content-type": html }).end(page);
    } else
      response.writeHead(200, { "content-type": types[extname(file ?? "")] ?? "application/octet-stream" }).end(text);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${base}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
