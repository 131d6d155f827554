// Generates an example, compiles it, serves it beside a local Kiket, and delivers every event it handles, signed.
// Usage: node examples/start.mjs <folder of an example>
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

const folder = resolve(process.argv[2] ?? ".");

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

const secrets = (await json(join(folder, "samples/secrets.json"))) ?? {};
const platform = await createPlatform();
const built = (name) => import(pathToFileURL(join(folder, "dist/generated", name)).href);
const { createExtension } = await built("extension.gen.js");
const { payloadOf } = await built("testing.gen.js");
const quiet = { info() {}, warn: console.warn, error: console.error };
// As a deployment sets them; deliveries bring each organization's own.
const deployed = Object.fromEntries(report.model.secrets.map(({ key }) => [key, secrets[key]]));
const extension = createExtension({ baseUrl: platform.baseUrl, logger: quiet, secrets: deployed });
const server = await serve(extension, { port: 0 });
console.log(`serving    ${server.url}, beside a local Kiket at ${platform.baseUrl}\n`);

// A manifest grants custom-data modules separately; these are the scopes that a token has for them.
const granted = new Set(report.model.customData.flatMap(({ operations }) => operations));
const scopes = [
  ...report.model.scopes.map(({ value }) => value),
  ...(granted.has("read") ? ["custom_data.read"] : []),
  ...(granted.size > (granted.has("read") ? 1 : 0) ? ["custom_data.write"] : []),
];

const width = Math.max(...report.model.events.map(({ name }) => name.length));
let failures = 0;
let calls = 0;
for (const event of report.model.events) {
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
    outcome.calls.map(({ method, operationId, status }) => operationId ?? `${method} ${status}`).join(", "),
  ];
  console.log(cells.join("  ").trimEnd());
  if (!good) console.log(`      ${JSON.stringify(outcome.body)}`);
}

await server.close();
await extension.close();
await platform.close();
const total = report.model.events.length;
console.log(`\n${total} deliveries, ${total - failures} ok, ${failures} failed, ${calls} API calls`);
process.exitCode = failures === 0 ? 0 : 1;
