import { type DevKiket, type DevKiketOptions, type DevProject, openDevKiket } from "../../../runtime/dev.js";
import { createExtension, defineHandler, type ExtensionOptions, type HandlerContext } from "../../../runtime/index.js";
import { type RunningServer, serve } from "../../../runtime/node.js";
import { closeAfterwards } from "../../support/open-kiket.js";

/** A project with one event in two versions, and one without a schema. */
export const project: DevProject = {
  kind: "extension",
  name: "com.example.boats",
  events: [
    {
      name: "issue.created",
      version: "v1",
      confidence: "fixture",
      sample: { issue: { id: 7, key: "DCK-7", title: "Replace the stern light", labels: ["boat"], custom_fields: {} } },
      schema: {
        type: "object",
        properties: { issue: { $ref: "#/$defs/issue" } },
        additionalProperties: true,
        $defs: { issue: { type: "object", properties: { title: { type: "string" }, priority: { type: "string" } } } },
      },
    },
    { name: "issue.created", version: "v10", confidence: "guessed", sample: { issue: { id: 7 } } },
    { name: "issue.created", version: "v2", confidence: "guessed", sample: { issue: { id: 7 } } },
    { name: "boat.docked", version: "v1", confidence: "none", sample: { boat: { name: "Ingrid", decks: [1, 2] } } },
  ],
  scopes: ["custom_data:write"],
  secrets: ["API_TOKEN"],
  seed: { secrets: { API_TOKEN: "from the store" } },
};

/** The local Kiket of a project on any free port, closed after the test. */
export async function openKiketOf(options: Partial<DevKiketOptions> = {}): Promise<DevKiket> {
  const kiket = await openDevKiket({
    project,
    ports: { inspector: 0, kiket: 0 },
    inspector: false,
    launchId: "a".repeat(32),
    token: "b".repeat(32),
    check: () => [],
    compression: 1000,
    ...options,
  });
  closeAfterwards(kiket.close);
  return kiket;
}

/** The payloads of the project's events. */
export interface Payload {
  readonly boat: { readonly name: string };
  readonly issue: { readonly title: string };
}

/** A storage in memory. */
export function createMemoryStorage(initial: Readonly<Record<string, string>> = {}) {
  const files = new Map(Object.entries(initial));
  return {
    files,
    read: async (name: string) => files.get(name),
    write: async (name: string, text: string) => void files.set(name, text),
    remove: async (name: string) => void files.delete(name),
  };
}

export interface Program {
  readonly url: string;
  stop(): Promise<void>;
}

/** The extension as a program on a port, whose lines and environment are those of the loop. Each one has a new store. */
export async function startProgram(
  kiket: DevKiket,
  handle: (payload: Payload, context: HandlerContext) => unknown,
  { port = 0, event = "boat.docked", ...options }: Partial<ExtensionOptions> & { port?: number; event?: string } = {},
): Promise<Program> {
  const write = (level: "info" | "warn" | "error") => (message: string, fields?: object) => {
    const shown = Object.entries(fields ?? {}).map(([key, value]) => [
      key,
      value instanceof Error ? String(value) : value,
    ]);
    const line = JSON.stringify({ level, time: new Date().toISOString(), message, ...Object.fromEntries(shown) });
    setTimeout(() => kiket.logged(level === "info" ? "stdout" : "stderr", line), 5);
  };
  const extension = createExtension({
    handlers: [defineHandler({ event, version: "v1" }, handle as never)],
    env: kiket.environment,
    logger: { info: write("info"), warn: write("warn"), error: write("error") },
    ...options,
  });
  const server: RunningServer = await serve(extension, { port, host: "127.0.0.1", signals: false, closeWithin: 0 });
  let isStopped = false;
  const stop = async () => {
    if (!isStopped) await server.close();
    isStopped = true;
  };
  closeAfterwards(stop);
  return { url: server.url, stop };
}
