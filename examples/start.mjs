// Generates examples, compiles them, and runs each beside a local Kiket: an extension gets every event that it handles, signed; an
// evidence adapter gets raw events, and what it submits is shown. One delivery is shown with its payload and its handler.
// Usage: node examples/start.mjs <folder of an example>...
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { generate } from "kiket-gen";
import { serve } from "kiket-gen/runtime/node";
import { createPlatform } from "kiket-gen/testing";

const run = promisify(execFile);
const require = createRequire(import.meta.url);

async function json(path) {
  const text = await readFile(path, "utf8").catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** Rows as wide as their widest cells, below a heading that says what each column is. */
function table(heading, rows) {
  const all = [heading, heading.map((name) => "-".repeat(name.length)), ...rows];
  const widths = heading.map((_, column) => Math.max(...all.map((cells) => cells[column].length)));
  return all.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column]))
      .join("  ")
      .trimEnd(),
  );
}

const shownPath = (path) => relative(process.cwd(), path);

/** The handler of an event, as its author wrote it. */
async function showHandler(folder, { name, version }) {
  const path = join(folder, "src/handlers", `${name}.${version}.ts`);
  console.log(`\nIts handler, ${shownPath(path)}:\n`);
  console.log(indented((await readFile(path, "utf8")).trimEnd()));
}

const indented = (text) => text.replace(/^(?=.)/gm, "    ");

/** Returns what the manifest declares. */
async function build(folder) {
  console.log(`${shownPath(folder)}\n`);
  const report = await generate({ dir: folder });
  for (const { at, severity, code, message } of report.diagnostics) {
    process.stderr.write(`${at.file}:${at.line}:${at.column}  ${severity}  ${code}  ${message}\n`);
  }
  if (report.model === undefined) fail("nothing was generated");
  const changed = report.actions.filter(({ kind }) => kind !== "keep").length;
  console.log(`generated  ${report.model.manifest}: ${report.actions.length} files, ${changed} changed`);

  console.log("compiling  with TypeScript …");
  const tsc = join(dirname(require.resolve("typescript/package.json")), "bin/tsc");
  await run(process.execPath, [tsc, "-p", folder]).catch(({ stdout }) => fail(`it does not compile:\n${stdout}`));
  console.log("compiled   with every handler in place");
  return report.model;
}

const built = (folder, name) => import(pathToFileURL(join(folder, "dist/generated", name)).href);
const namesOf = (calls) =>
  calls.map(({ method, operationId, status }) => operationId ?? `${method} ${status}`).join(", ");

/** Delivers every event to an extension. Returns the number of failures. */
async function startExtension(folder, model) {
  const secrets = (await json(join(folder, "samples/secrets.json"))) ?? {};
  const platform = await createPlatform();
  const { createExtension } = await built(folder, "extension.gen.js");
  const { payloadOf } = await built(folder, "testing.gen.js");
  const quiet = { info() {}, warn: console.warn, error: console.error };
  // As a deployment sets them; deliveries bring each organization's own.
  const deployed = Object.fromEntries(model.secrets.map(({ key }) => [key, secrets[key]]));
  const extension = createExtension({ baseUrl: platform.baseUrl, logger: quiet, secrets: deployed });
  const server = await serve(extension, { port: 0 });
  console.log(`serving    ${server.url}, beside a local Kiket at ${platform.baseUrl}`);
  console.log("\nThe local Kiket delivers every event that the manifest declares, signed as in production:\n");

  // A manifest grants custom-data modules separately; these are the scopes that a token has for them.
  const granted = new Set(model.customData.flatMap(({ operations }) => operations));
  const scopes = [
    ...model.scopes.map(({ value }) => value),
    ...(granted.has("read") ? ["custom_data.read"] : []),
    ...(granted.size > (granted.has("read") ? 1 : 0) ? ["custom_data.write"] : []),
  ];

  const rows = [];
  const details = [];
  let shown;
  let failures = 0;
  let calls = 0;
  for (const event of model.events) {
    // A sample of the example's own, laid over the example of the event's schema.
    const own = await json(join(folder, "samples", `${event.name}.${event.version}.json`));
    const payload = payloadOf(event.name, event.version, own);
    const outcome = await platform.deliver(server.url, {
      event: event.name,
      version: event.version,
      payload,
      scopes,
      secrets,
    });
    const good = outcome.status === 200 && outcome.calls.every(({ status }) => status < 400);
    if (!good) failures += 1;
    calls += outcome.calls.length;
    if (outcome.verdict !== undefined) shown ??= { event, payload, reply: outcome.body };
    rows.push([
      good ? "ok" : "FAIL",
      event.name,
      event.version,
      String(outcome.status),
      outcome.verdict ?? "-",
      `${outcome.ms.toFixed(1)} ms`,
      namesOf(outcome.calls),
    ]);
    if (!good) details.push(`${event.name} ${event.version} answered ${JSON.stringify(outcome.body)}`);
  }
  const heading = [
    "result",
    "event",
    "version",
    "HTTP status",
    "verdict",
    "time",
    "calls that the handler made to Kiket",
  ];
  for (const line of [...table(heading, rows), ...details]) console.log(line);

  await server.close();
  await extension.close();
  await platform.close();
  const total = model.events.length;
  console.log(`\n${total} deliveries, ${total - failures} ok, ${failures} failed, ${calls} API calls`);

  if (shown !== undefined) {
    const { event, payload, reply } = shown;
    console.log(`\nOne of them as a whole, ${event.name} ${event.version}. Its payload:\n`);
    console.log(indented(JSON.stringify(payload, undefined, 2)));
    await showHandler(folder, event);
    console.log("\nIts answer, of which Kiket takes the verdict:\n");
    console.log(indented(JSON.stringify(reply)));
  }
  return failures;
}

/** Gives raw events to Kiket, which the adapter claims. Returns the number of failures. */
async function startAdapter(folder) {
  const { createTestAdapter } = await built(folder, "testing.gen.js");
  const kiket = await createTestAdapter();
  console.log(`claiming   from a local Kiket at ${kiket.platform.baseUrl}`);
  console.log("\nThe local Kiket has events of another system, which the adapter claims, and submits with evidence:\n");

  const rows = [];
  const rawEvents = (await json(join(folder, "samples/raw-events.json"))) ?? [];
  let failures = 0;
  for (const rawEvent of rawEvents) {
    const { submitted, failure, calls } = await kiket.run(rawEvent);
    if (submitted === undefined) failures += 1;
    const evidence = (submitted?.evidence ?? []).map(({ evidenceType, title }) => `${evidenceType}: ${title}`);
    rows.push([
      submitted === undefined ? "FAIL" : "ok",
      rawEvent.sourceEventType,
      submitted?.eventType ?? failure?.message ?? "-",
      evidence.join(", "),
      namesOf(calls),
    ]);
  }
  const heading = ["result", "raw event", "submitted as", "evidence", "calls that the adapter made to Kiket"];
  for (const line of table(heading, rows)) console.log(line);

  await kiket.close();
  console.log(`\n${rawEvents.length} raw events, ${rawEvents.length - failures} submitted, ${failures} failed`);
  return failures;
}

const folders = process.argv.slice(2);
let failed = 0;
for (const [index, name] of (folders.length === 0 ? ["."] : folders).entries()) {
  if (index > 0) console.log("\n");
  const folder = resolve(name);
  const model = await build(folder);
  failed += await (model.adapter === undefined ? startExtension(folder, model) : startAdapter(folder));
}
if (failed === 0)
  console.log(`
What to try next:
    npx kiket-gen dev examples/marketing-automation    runs the example beside a local Kiket, with a page that shows each delivery
    npx kiket-gen init ../my-extension                 starts a project of your own
    docs/start/quickstart.md                           from there to a running extension in five minutes`);
process.exitCode = failed === 0 ? 0 : 1;
