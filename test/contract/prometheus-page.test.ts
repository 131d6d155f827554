import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { generate } from "../../generator/index.js";
import { type MetricName, metricDefinitions } from "../../runtime/metrics/metric.js";
import { prometheusName } from "../../runtime/metrics/prometheus-sink.js";
import { filesIn } from "../hosts/page.js";
import { compile } from "../support/compile.js";
import { freePort } from "../support/free-port.js";
import { createProject, removeProject, root } from "../support/project.js";
import { parsePrometheus, sampleValue } from "../support/prometheus-text.js";

const path = join(root, "docs/reference/prometheus.md");
const page = await readFile(path, "utf8");
const manifest = `model_version: "1.0"
extension:
  id: com.example.greeter
  name: Greeter
  version: 0.1.0
  delivery: http
  callback:
    url: \${EXTENSION_BASE_URL}
  hooks:
    - event: issue.created
`;
const started: ChildProcess[] = [];
let folder: string;

beforeAll(async () => {
  folder = await createProject({ ".kiket/manifest.yaml": manifest, ...filesIn(page) });
  expect((await generate({ dir: folder })).diagnostics).toEqual([]);
});
afterEach(async () => {
  for (const child of started.splice(0).filter(({ exitCode }) => exitCode === null)) {
    child.kill();
    await once(child, "exit");
  }
});
afterAll(() => removeProject(folder));

/** Starts a program, and resolves to the address in the line with this message. */
async function start(program: string, cwd: string, message: string, env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(process.execPath, [program], { cwd, env: { PATH: process.env.PATH, PORT: "0", ...env } });
  started.push(child);
  let rest = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    rest += text;
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const told = JSON.parse(line) as { readonly message: string; readonly url: string };
    if (told.message === message) return told.url;
  }
  throw new Error(`It ended: ${rest}`);
}

async function bundle(from: string, external: readonly string[] = []): Promise<string> {
  const { outputFiles, warnings } = await build({
    absWorkingDir: folder,
    entryPoints: [from],
    bundle: true,
    platform: "node",
    format: "esm",
    // Packages in CommonJS call it.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    external: [...external],
    write: false,
    logLevel: "silent",
  });
  expect(warnings.map(({ text }) => text).filter((text) => text.includes("prom-client"))).toEqual([]);
  const empty = await mkdtemp(join(tmpdir(), "bundle-"));
  await writeFile(join(empty, "main.mjs"), outputFiles[0]?.text ?? "");
  return empty;
}

test("the programs of the page compile and run", async () => {
  const port = await freePort();
  const text = await readFile(join(folder, "src/main.ts"), "utf8");
  await writeFile(join(folder, "src/main.ts"), text.replace("9464", String(port)));
  expect(await compile(folder, undefined, true)).toBe("");
  const metrics = await start("dist/main.js", folder, "serving metrics", {});
  expect(metrics).toBe(`http://127.0.0.1:${port}/metrics`);
  const shown = await (await fetch(metrics)).text();
  expect(sampleValue(shown, "greetings_total")).toBe(0);

  const own = await freePort();
  await start("dist/own-server.js", folder, "listening", { OWN_PORT: String(own) });
  const families = parsePrometheus(await (await fetch(`http://127.0.0.1:${own}`)).text());
  expect(families).toHaveProperty("kiket_deliveries_total");
  expect(families).toHaveProperty("nodejs_eventloop_lag_seconds");
});

test("a program that is bundled into one file has its metrics in an empty folder; without prom-client it builds, and says what is missing", async () => {
  await writeFile(
    join(folder, "src/plain.ts"),
    `import { run } from "kiket-gen/runtime/node";
import { createExtension } from "./generated/extension.gen.js";
await run(() => createExtension());
`,
  );
  const empty = await bundle("src/plain.ts");
  const metrics = await start("main.mjs", empty, "serving metrics", { KIKET_METRICS_PORT: "0" });
  expect(parsePrometheus(await (await fetch(metrics)).text())).toHaveProperty("kiket_deliveries_total");
  await rm(empty, { recursive: true });
  const without = await bundle("src/plain.ts", ["prom-client"]);
  await start("main.mjs", without, "listening", {});
  await expect(start("main.mjs", without, "serving metrics", { KIKET_METRICS_PORT: "0" })).rejects.toThrow(
    "Metrics for Prometheus need the package prom-client: npm install prom-client (Cannot find package 'prom-client'",
  );
  await rm(without, { recursive: true });
});

test("the page has every option, and every metric with its labels", async () => {
  const source = await readFile(join(root, "runtime/server/metrics/metrics-options.ts"), "utf8");
  const start = source.indexOf("interface MetricsOptions");
  const members = [...source.slice(start, source.indexOf("\n}", start)).matchAll(/readonly (\w+)\?:/g)].map(
    ([, name]) => name,
  );
  const [, options = ""] = page.split("| option |");
  expect([...(options.split("\n\n")[0] ?? "").matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name)).toEqual(members);

  const rows = (Object.keys(metricDefinitions) as MetricName[]).map((name) => {
    const { attributes, description } = metricDefinitions[name];
    const labels = attributes.map((label) => `\`${label}\``).join(", ");
    return `| \`${prometheusName(name)}\` | ${labels} | ${description} |\n`;
  });
  const table = `<!-- table: names -->\n| name | labels | what it is |\n| --- | --- | --- |\n${rows.join("")}`;
  const written = page.replace(/<!-- table: names -->\n(?:\|.*\n)*/, table);
  if (process.env.UPDATE_GOLDEN === "1") await writeFile(path, written);
  else expect(page).toBe(written);
});
