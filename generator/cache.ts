import { createHash } from "node:crypto";
import type { Host } from "./host.js";
import { load, type Source } from "./load.js";
import type { Layout } from "./plan.js";
import type { Action } from "./reconcile.js";
import { fingerprint } from "./version.gen.js";

/** A clean run as it is remembered: what went in, what came out, and what was said. */
interface Memory {
  /** Hash of this tool's build, the layout and every source. */
  readonly inputs: string;
  /** Generated files by path, with the hash of their text; scaffolds with none, for they are the user's. */
  readonly outputs: Readonly<Record<string, string | null>>;
  readonly summary: string;
}

/** Beside the packages, where tools keep what may be lost and is never committed. */
const folder = "node_modules";
const file = `${folder}/.cache/kiket-gen.json`;

function hash(...parts: readonly string[]): string {
  const digest = createHash("sha256");
  for (const part of parts) digest.update(`${part.length}:${part}`);
  return digest.digest("base64url");
}

function inputsOf(sources: readonly Source[], layout: Layout): string {
  return hash(fingerprint, layout.out, layout.handlers, ...sources.flatMap(({ path, text }) => [path, text]));
}

async function readInputs(host: Host, layout: Layout, manifest: string | undefined): Promise<string | undefined> {
  const found = await load(host, manifest === undefined ? {} : { manifest });
  if (found.manifest === undefined || found.diagnostics.length > 0) return undefined;
  return inputsOf([found.manifest, ...found.modules], layout);
}

function parseMemory(text: string): Memory | undefined {
  try {
    const value = JSON.parse(text) as Memory;
    return typeof value.inputs === "string" && typeof value.outputs === "object" ? value : undefined;
  } catch {
    return undefined;
  }
}

async function standing(host: Host, outputs: Memory["outputs"]): Promise<boolean> {
  const checks = Object.entries(outputs).map(async ([path, expected]) => {
    if (expected === null) return host.exists(path);
    const text = await host.read(path);
    return text !== undefined && hash(text) === expected;
  });
  return (await Promise.all(checks)).every(Boolean);
}

/**
 * What the last clean run said, where the same sources would give the files that stand on the disk. Spares a run that has
 * nothing to do the YAML parser and the event catalogue, which are most of its time.
 */
export async function recall(host: Host, layout: Layout, manifest: string | undefined): Promise<string | undefined> {
  const memory = parseMemory((await host.read(file)) ?? "");
  if (memory === undefined) return undefined;
  if ((await readInputs(host, layout, manifest)) !== memory.inputs) return undefined;
  return (await standing(host, memory.outputs)) ? memory.summary : undefined;
}

/** Remembers a run without diagnostics; does nothing in a project without installed packages. */
export async function remember(
  host: Host,
  layout: Layout,
  manifest: string | undefined,
  actions: readonly Action[],
  summary: string,
): Promise<void> {
  if (!(await host.exists(folder))) return;
  const inputs = await readInputs(host, layout, manifest);
  if (inputs === undefined) return;
  const outputs = Object.fromEntries(
    actions.map(({ path, ownership, text }) => [path, ownership === "scaffold" ? null : hash(text)]),
  );
  const memory: Memory = { inputs, outputs, summary };
  await host.replace(file, JSON.stringify(memory));
}
