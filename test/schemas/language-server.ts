import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

const server = join(
  dirname(createRequire(import.meta.url).resolve("yaml-language-server/package.json")),
  "bin/yaml-language-server",
);

interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** A zero-based place, as the protocol counts. */
export interface Place {
  readonly line: number;
  readonly character: number;
}

export interface Problem {
  readonly message: string;
  readonly range: { readonly start: Place };
}

/** What can be written, and what is shown beside it. */
export interface Suggestion {
  readonly label: string;
  readonly documentation: string;
}

/** Text, or Markdown. */
type Shown = string | { readonly value: string };

function textOf(shown: Shown): string {
  return typeof shown === "string" ? shown : shown.value;
}

/** An editor's side of a language server: one process that speaks the Language Server Protocol over its standard streams. */
export interface Editor {
  /** Opens a file that stands on the disk, with this text. */
  open(path: string, text: string): Promise<void>;
  /** What the server finds wrong in an open file, once it has looked at it. */
  problems(path: string): Promise<readonly Problem[]>;
  /** What can be written at a place. */
  complete(path: string, at: Place): Promise<readonly Suggestion[]>;
  /** What is shown of the word at a place. */
  hover(path: string, at: Place): Promise<string>;
  close(): Promise<void>;
}

function uri(path: string): string {
  return pathToFileURL(path).href;
}

/** Splits a stream into messages: a header with the length in bytes, an empty line, and JSON (base protocol of LSP 3.17). */
function createReader(take: (message: Message) => void): (chunk: Buffer) => void {
  let pending = Buffer.alloc(0);
  return (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    for (;;) {
      const end = pending.indexOf("\r\n\r\n");
      const length = /content-length: *(\d+)/i.exec(pending.subarray(0, Math.max(end, 0)).toString("latin1"))?.[1];
      if (end < 0 || length === undefined || pending.length < end + 4 + Number(length)) return;
      const body = pending.subarray(end + 4, end + 4 + Number(length));
      pending = pending.subarray(end + 4 + Number(length));
      take(JSON.parse(body.toString("utf8")));
    }
  };
}

const settings = { yaml: { validate: true, hover: true, completion: true, schemaStore: { enable: false } } };

/** Starts the YAML language server that editors run, on a folder. */
export async function startEditor(folder: string): Promise<Editor> {
  const child = spawn(process.execPath, [server, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (reason: Error) => void }>();
  const found = new Map<string, readonly Problem[]>();
  const looking = new Map<string, (problems: readonly Problem[]) => void>();
  let last = 0;

  function send(message: object): void {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  function take({ id, method, params, result, error }: Message): void {
    if (method === undefined && typeof id === "number") {
      const waiter = waiting.get(id);
      waiting.delete(id);
      if (error === undefined) waiter?.resolve(result);
      else waiter?.reject(new Error(error.message));
    } else if (method === "textDocument/publishDiagnostics") {
      const { uri: file, diagnostics } = params as { uri: string; diagnostics: readonly Problem[] };
      found.set(file, diagnostics);
      looking.get(file)?.(diagnostics);
    } else if (method === "workspace/configuration" && id !== undefined) {
      const { items } = params as { items: readonly { section?: keyof typeof settings }[] };
      send({ id, result: items.map(({ section }) => (section === undefined ? settings : (settings[section] ?? {}))) });
    } else if (id !== undefined) send({ id, result: null });
  }

  function request(method: string, params: object): Promise<unknown> {
    last += 1;
    const id = last;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      send({ id, method, params });
    });
  }

  child.stdout.on("data", createReader(take));
  await request("initialize", {
    processId: process.pid,
    rootUri: uri(folder),
    capabilities: {
      workspace: { configuration: true },
      textDocument: { completion: { completionItem: { snippetSupport: true } }, hover: {} },
    },
  });
  send({ method: "initialized", params: {} });

  return {
    async open(path, text) {
      const first = new Promise<void>((resolve) => {
        looking.set(uri(path), () => resolve());
      });
      send({
        method: "textDocument/didOpen",
        params: { textDocument: { uri: uri(path), languageId: "yaml", version: 1, text } },
      });
      await first;
    },
    async problems(path) {
      return found.get(uri(path)) ?? [];
    },
    async complete(path, position) {
      const answer = await request("textDocument/completion", { textDocument: { uri: uri(path) }, position });
      const { items } = answer as { items: readonly { label: string; documentation?: Shown }[] };
      return items.map(({ label, documentation = "" }) => ({ label, documentation: textOf(documentation) }));
    },
    async hover(path, position) {
      const answer = await request("textDocument/hover", { textDocument: { uri: uri(path) }, position });
      return textOf((answer as { contents: Shown } | null)?.contents ?? "");
    },
    async close() {
      await request("shutdown", {});
      send({ method: "exit" });
      child.stdin.end();
      await exited;
    },
  };
}
