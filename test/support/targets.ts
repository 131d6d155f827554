import type { Extension } from "../../runtime/index.js";
import { serve } from "../../runtime/node.js";

export interface Target {
  send(request: Request): Promise<Response>;
  close(): Promise<void>;
}

/** The two ways to reach an extension: in this process, and through a real server. */
export const targets: readonly (readonly [string, (extension: Extension) => Promise<Target>])[] = [
  [
    "extension.fetch",
    async (extension) => ({ send: (request) => extension.fetch(request), close: () => extension.close() }),
  ],
  [
    "serve()",
    async (extension) => {
      const server = await serve(extension, { port: 0, env: {} });
      return {
        send: async (request) => {
          const { pathname, search } = new URL(request.url);
          const bytes = await request.arrayBuffer();
          const body = bytes.byteLength === 0 ? null : bytes;
          return fetch(server.url + pathname + search, { method: request.method, headers: request.headers, body });
        },
        close: server.close,
      };
    },
  ],
];
