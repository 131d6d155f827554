// Generates examples, compiles them, and runs each beside a local Kiket: an extension gets every event that it handles, signed; an
// evidence adapter gets raw events, and what it submits is shown.
// Usage: node examples/start.mjs <folder of an example>...
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
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

/** Returns what the manifest declares. */
async function build(folder) {
  const report = await generate({ dir: folder });
  for (const { at, severity, code, message } of report.diagnostics) {
    process.stderr.write(`${at.file}:${at.line}:${at.column}  ${severity}  ${code}  ${message}\n`);
  }
  if (report.model === undefined) fail("nothing was generated");
  const changed = report.actions.filter(({ kind }) => kind !== "keep").length;
  console.log(`generated  ${report.model.manifest}: ${report.actions.length} files, ${changed} changed`);

  const tsc = join(dirname(require.resolve("typescript/package.json")), "bin/tsc");
  await run(process.execPath, [tsc, "-p", folder]).catch(({ stdout }) => fail(`it does not compile:\n${stdout}`));
  console.log("compiled   with every handler in place");
  return report.model;
}

const built = (folder, name) => import(pathToFileURL(join(folder, "dist/generated", name)).href);
const widest = (events) => Math.max(...events.map(({ name }) => name.length));
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
  console.log(`serving    ${server.url}, beside a local Kiket at ${platform.baseUrl}\n`);

  // A manifest grants custom-data modules separately; these are the scopes that a token has for them.
  const granted = new Set(model.customData.flatMap(({ operations }) => operations));
  const scopes = [
    ...model.scopes.map(({ value }) => value),
    ...(granted.has("read") ? ["custom_data.read"] : []),
    ...(granted.size > (granted.has("read") ? 1 : 0) ? ["custom_data.write"] : []),
  ];

  const width = widest(model.events);
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
    const cells = [
      good ? "ok  " : "FAIL",
      event.name.padEnd(width),
      event.version.padEnd(4),
      String(outcome.status),
      (outcome.verdict ?? "-").padEnd(7),
      `${outcome.ms.toFixed(1)} ms`.padStart(9),
      namesOf(outcome.calls),
    ];
    console.log(cells.join("  ").trimEnd());
    if (!good) console.log(`      ${JSON.stringify(outcome.body)}`);
  }

  await server.close();
  await extension.close();
  await platform.close();
  const total = model.events.length;
  console.log(`\n${total} deliveries, ${total - failures} ok, ${failures} failed, ${calls} API calls`);
  return failures;
}

/** Gives raw events to Kiket, which the adapter claims. Returns the number of failures. */
async function startAdapter(folder, model) {
  const { createTestAdapter } = await built(folder, "testing.gen.js");
  const kiket = await createTestAdapter();
  console.log(`claiming   from a local Kiket at ${kiket.platform.baseUrl}\n`);

  const width = widest(model.events);
  const rawEvents = (await json(join(folder, "samples/raw-events.json"))) ?? [];
  let failures = 0;
  for (const rawEvent of rawEvents) {
    const { submitted, failure, calls } = await kiket.run(rawEvent);
    if (submitted === undefined) failures += 1;
    const cells = [
      submitted === undefined ? "FAIL" : "ok  ",
      rawEvent.sourceEventType.padEnd(width),
      (submitted?.eventType ?? failure?.message ?? "-").padEnd(30),
      namesOf(calls),
    ];
    console.log(cells.join("  ").trimEnd());
    for (const { evidenceType, title } of submitted?.evidence ?? [])
      console.log(`      evidence  ${evidenceType}: ${title}`);
    for (const { type, targetId } of submitted?.intents ?? []) console.log(`      intent    ${type} ${targetId}`);
  }

  await kiket.close();
  console.log(`\n${rawEvents.length} raw events, ${rawEvents.length - failures} submitted, ${failures} failed`);
  return failures;
}

const folders = process.argv.slice(2);
let failed = 0;
for (const [index, name] of (folders.length === 0 ? ["."] : folders).entries()) {
  if (index > 0) console.log("");
  const folder = resolve(name);
  const model = await build(folder);
  failed += await (model.adapter === undefined ? startExtension(folder, model) : startAdapter(folder, model));
}
process.exitCode = failed === 0 ? 0 : 1;
