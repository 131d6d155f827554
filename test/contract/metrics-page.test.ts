import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { InMemoryMetricExporter } from "@opentelemetry/sdk-metrics";
import { build } from "esbuild";
import { expect, test, vi } from "vitest";
import { metricDefinitions } from "../../runtime/metrics/metric.js";
import { filesIn } from "../hosts/page.js";
import { compile } from "../support/compile.js";
import { openKiket } from "../support/open-kiket.js";
import { createProject, root } from "../support/project.js";

const path = join(root, "docs/reference/metrics.md");
const page = await readFile(path, "utf8");
const kiket = await openKiket();

function nameTable(): string {
  const rows = Object.entries(metricDefinitions).map(([name, { kind, unit, attributes, description }]) => {
    const shown = attributes.map((attribute) => `\`${attribute}\``).join(", ");
    return `| \`${name}\` | ${kind} | \`${unit}\` | ${shown} | ${description} |`;
  });
  return ["| name | kind | unit | attributes | what it is |", "| --- | --- | --- | --- | --- |", ...rows].join("\n");
}

/** The words of a type in the source, a union of texts. */
async function wordsOf(file: string, type: string): Promise<string[]> {
  const text = await readFile(join(root, file), "utf8");
  const union = text.slice(text.indexOf(`type ${type} =`));
  const words = union.slice(0, union.indexOf(";\n")).matchAll(/^ {2}\| "([\w-]+)"/gm);
  return [...words].map(([, word = ""]) => word);
}

function rowsBelow(heading: string): string[] {
  const [, part = ""] = page.split(`\n| ${heading} |`);
  const [table = ""] = part.split("\n\n");
  return [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name = ""]) => name);
}

test("it has every metric as the source has it (UPDATE_GOLDEN=1 writes the table)", async () => {
  const written = page.replace(/(<!-- table: names -->\n)(?:\|.*\n)*/, `$1${nameTable()}\n`);
  if (process.env.UPDATE_GOLDEN === "1") await writeFile(path, written);
  else expect(page).toBe(written);
  expect(Object.keys(metricDefinitions)).toEqual([
    ...["kiket.deliveries", "kiket.delivery.duration", "kiket.deliveries.active", "kiket.delivery.refusals"],
    ...["kiket.store.duration", "kiket.api.duration", "kiket.telemetry.dropped", "kiket.jobs", "kiket.job.duration"],
    ...["kiket.queue.jobs", "kiket.queue.oldest.age"],
  ]);
});

test("it has every outcome and reason", async () => {
  const outcomes = await wordsOf("runtime/metrics/measured-delivery.ts", "MeasuredOutcome");
  expect(outcomes).toHaveLength(8);
  expect(rowsBelow("delivery").sort()).toEqual(outcomes.sort());
  const ends = await wordsOf("runtime/metrics/measured-job.ts", "RunOutcome");
  expect(ends).toHaveLength(4);
  expect(rowsBelow("run").sort()).toEqual(ends.sort());
  const source = await readFile(join(root, "runtime/telemetry/queue.ts"), "utf8");
  const [, union = ""] = /type LossReason = (.*);/.exec(source) ?? [];
  const reasons = [...union.matchAll(/"([\w-]+)"/g)].map(([, reason = ""]) => reason);
  expect(reasons).toHaveLength(3);
  for (const reason of reasons) expect(page).toContain(`\`${reason}\``);
});

test("its program compiles, and what it sends has the names of the page", async () => {
  const { "src/metrics.ts": source = "" } = filesIn(page);
  // The exporter that keeps what it is given, in place of the one that sends it. Both have the same interface.
  const program = source.replace(
    'import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";',
    'import { InMemoryMetricExporter } from "@opentelemetry/sdk-metrics";\nconst OTLPMetricExporter = class extends InMemoryMetricExporter { constructor() { super(1); (globalThis as { exported?: unknown }).exported = this; } };',
  );
  expect(program).not.toBe(source);
  const folder = await createProject({ "src/metrics.ts": program });
  expect(await compile(folder)).toBe("");
  await build({
    ...{ entryPoints: [join(folder, "src/metrics.ts")], outfile: join(folder, "metrics.mjs") },
    ...{ format: "esm", packages: "external", bundle: true },
  });
  const before = process.listeners("beforeExit");
  const { provider } = await import(/* @vite-ignore */ join(folder, "metrics.mjs"));
  await kiket.run(() => undefined);
  await provider.forceFlush();
  const { exported } = globalThis as unknown as { readonly exported: InMemoryMetricExporter };
  const sent = exported.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics));
  expect(sent.map(({ descriptor }) => descriptor.name).sort()).toEqual([
    ...["kiket.deliveries", "kiket.delivery.duration", "kiket.store.duration"],
  ]);

  // The end of the program sends what is left, then ends it all.
  await kiket.run(() => undefined);
  exported.reset();
  const ends = process.listeners("beforeExit").filter((end) => !before.includes(end));
  expect(ends).toHaveLength(1);
  ends[0]?.(0);
  await vi.waitFor(() => expect(exported.getMetrics()).not.toEqual([]));
});
