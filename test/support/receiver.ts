import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createExtension, defineHandler, type ExtensionOptions } from "../../runtime/index.js";
import { serve } from "../../runtime/node.js";
import { closeAfterwards } from "./open-kiket.js";
import { createProject, removeProject } from "./project.js";

export const receiverManifest = `model_version: "1.0"
extension:
  id: com.example.receiver
  name: Receiver
  version: 0.1.0
  delivery: http
  callback: { url: "\${EXTENSION_BASE_URL}" }
  permissions: [issues:read]
  hooks: [{ event: issue.created }]
  configuration:
    API_KEY: { type: string, secret: true }
`;

/** The folder of a project with the event `issue.created`, and perhaps other files. */
export async function openProjectFolder(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = await createProject({ ".kiket/manifest.yaml": receiverManifest, ...files });
  closeAfterwards(() => removeProject(folder));
  return folder;
}

/** A server of plain Node on a free port. */
export async function openServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  host = "127.0.0.1",
): Promise<{ readonly url: string; readonly port: number }> {
  const server = createServer(answer).listen(0, host);
  await new Promise((resolve) => server.once("listening", resolve));
  closeAfterwards(async () => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port };
}

export interface Receiver {
  readonly url: string;
  /** The payloads and secrets that the handler got. */
  readonly received: { readonly payload: object; readonly secrets: Readonly<Record<string, string>> }[];
  close(): Promise<void>;
}

/** A served extension with a handler of `issue.created`, which trusts the Kiket at the port. */
export async function openReceiver(
  kiketPort: number,
  options: Partial<ExtensionOptions> = {},
  handle: () => unknown = () => ({ status: "allow" }),
  record?: string,
): Promise<Receiver> {
  const received: { payload: object; secrets: Readonly<Record<string, string>> }[] = [];
  const handler = defineHandler({ event: "issue.created", version: "v1" }, async (payload, context) => {
    const key = await context.secret("API_KEY");
    received.push({ payload, secrets: key === undefined ? {} : { API_KEY: key } });
    return handle() as never;
  });
  const extension = createExtension({
    handlers: [handler],
    baseUrl: `http://127.0.0.1:${kiketPort}`,
    secretDefinitions: { API_KEY: {} },
    env: {},
    logLevel: "silent",
    ...options,
  });
  const server = await serve(extension, { port: 0, host: "127.0.0.1", env: {}, signals: false, record });
  closeAfterwards(() => server.close());
  return { url: server.url, received, close: () => server.close() };
}
