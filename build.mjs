// Builds the package: derives what comes from schemas/, bundles the entries, emits declarations.
// Usage: node build.mjs [--if-changed], which does nothing if the last build was of the same sources.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join, posix, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import openapiTS, { astToString } from "openapi-typescript";
import { rollup } from "rollup";
import { dts } from "rollup-plugin-dts";
import { parse } from "yaml";
import { deriveCallScopes } from "./generator/contracts/call-scopes.derive.mjs";
import { deriveCatalog, readCatalog } from "./generator/contracts/catalog.derive.mjs";
import { deriveEndpointCalls } from "./generator/contracts/endpoint-calls.derive.mjs";
import { alias, importBundled } from "./generator/contracts/import-bundled.mjs";
import { deriveOperations } from "./generator/contracts/operations.derive.mjs";
import { deriveKeys } from "./generator/manifest/known-keys/known-keys.derive.mjs";
import { deriveRules } from "./generator/manifest/schema-rules/schema-rules.derive.mjs";
import { licenceTexts } from "./licences.mjs";
import { derivePlatform } from "./runtime/platform/http/openapi.derive.mjs";
import { derivePage } from "./runtime/platform/inspector/page.derive.mjs";
import { deriveWorker } from "./runtime/stores/sqlite/worker.derive.mjs";
import { derivePayloads } from "./runtime/testing/payloads.derive.mjs";
import { bundleVendored, vendored } from "./vendor.mjs";

const root = dirname(fileURLToPath(import.meta.url));
const at = (...parts) => join(root, ...parts);
/** Built beside the old one, which stays until the new one is whole. */
const next = `dist.${process.pid}.tmp`;
const target = "node20.19";
const manifest = JSON.parse(await readFile(at("package.json"), "utf8"));
const lock = at("package-lock.json");
/** What the package offers, by its path in `dist` without the extension. */
const entries = [
  ...Object.values(manifest.exports).map((entry) => entry.default),
  ...Object.values(manifest.bin),
].flatMap((path) => /^(?:\.\/)?dist\/(.*)\.c?js$/.exec(path ?? "")?.[1] ?? []);

/** Keeps the time stamp of a file that does not change, so that watchers and incremental builds rest. */
async function writeIfChanged(path, text) {
  const before = await readFile(path, "utf8").catch(() => undefined);
  if (before !== text) await writeFile(path, text);
}

/** The site or the repository of the package; empty while it names none. */
function homeOf({ homepage, repository }) {
  return homepage ?? repository?.url ?? repository ?? "";
}

/** `generator/create` is a package of its own, with a build of its own. */
function isOfOtherPackage(path) {
  return path.split(/[\\/]/).slice(0, 2).join("/") === "generator/create";
}

/** Tells one build of the generator from another: what an older one remembers must not be believed. */
async function fingerprintOf(folder) {
  const entries = await readdir(at(folder), { recursive: true });
  const files = entries
    .filter((name) => name.endsWith(".ts") && !name.endsWith("version.gen.ts") && !isOfOtherPackage(join(folder, name)))
    .sort();
  const digest = createHash("sha256");
  for (const name of files) digest.update(name).update(await readFile(at(folder, name)));
  return digest.digest("base64url");
}

/** The types of the platform API under names of their own: one file declares them and those of the other API. */
function platformNames(types) {
  return types.replace(
    /(?<=^export (?:interface|type) )(?:paths|webhooks|components|operations)(?= )|\b(?:components|operations)(?=\[")/gm,
    (name) => `Platform${name[0].toUpperCase()}${name.slice(1)}`,
  );
}

/** A comment for each interface of the types, which openapi-typescript gives none. */
function commented(types, document) {
  const comments = {
    paths: `Every operation of ${document}, by path and method. Comments say how sure each is.`,
    components: `The schemas, parameters, answers and headers that operations of ${document} share. Names are those of the API.`,
    operations: `Every operation of ${document}, by its id: parameters, body and answers.`,
  };
  return types.replace(
    /^export interface (paths|components|operations) /gm,
    (start, name) => `/** ${comments[name]} */\n${start}`,
  );
}

async function derive() {
  const document = at("schemas/openapi.yaml");
  const platformDocument = at("schemas/platform.openapi.yaml");
  const comments = `export { withSentences } from "./openapi-comments.js";`;
  const { withSentences } = await importBundled(comments, at("generator/contracts/openapi"));
  const typesOf = async (path) => {
    const types = astToString(await openapiTS(withSentences(parse(await readFile(path, "utf8")))));
    return commented(types, relative(root, path));
  };
  await writeIfChanged(at("runtime/api/api.gen.ts"), await typesOf(document));
  await writeIfChanged(at("runtime/api/platform/platform-api.gen.ts"), platformNames(await typesOf(platformDocument)));
  const events = at("schemas/events");
  const catalog = await readCatalog(events);
  await writeIfChanged(at("generator/contracts/catalog.gen.ts"), deriveCatalog(catalog));
  for (const [name, text] of Object.entries(await derivePayloads(catalog, events))) {
    await writeIfChanged(at("runtime/testing", name), text);
  }
  await writeIfChanged(at("generator/manifest/known-keys/known-keys.gen.ts"), await deriveKeys(at("schemas")));
  for (const [name, text] of Object.entries(await deriveRules(at("schemas")))) {
    await writeIfChanged(at("generator/manifest/schema-rules", name), text);
  }
  const operations = await deriveOperations(await readFile(document, "utf8"));
  await writeIfChanged(at("generator/contracts/operations.gen.ts"), operations);
  const calls = await deriveEndpointCalls(at("runtime/api/endpoints"));
  await writeIfChanged(at("generator/contracts/endpoint-calls.gen.ts"), calls);
  await writeIfChanged(at("runtime/api/call-scopes.gen.ts"), await deriveCallScopes());
  const sqlite = at("runtime/stores/sqlite");
  await writeIfChanged(join(sqlite, "worker.gen.ts"), await deriveWorker(sqlite, target));
  const inspector = at("runtime/platform/inspector");
  await writeIfChanged(join(inspector, "page.gen.ts"), (await derivePage(inspector, lock)).text);
  const constants = {
    version: manifest.version,
    fingerprint: await fingerprintOf("generator"),
    home: homeOf(manifest),
    nodeRange: manifest.engines.node,
  };
  const lines = Object.entries(constants).map(
    ([name, value]) => `export const ${name}: string = ${JSON.stringify(value)};\n`,
  );
  await writeIfChanged(at("generator/base/version.gen.ts"), lines.join(""));
  const documents = {
    "openapi.yaml": await readFile(document, "utf8"),
    "platform.openapi.yaml": await readFile(platformDocument, "utf8"),
  };
  for (const [name, text] of Object.entries(await derivePlatform(documents))) {
    await writeIfChanged(at("runtime/platform/http", name), text);
  }
}

/** What is bundled keeps its licence: each text once, in one file beside the bundle. */
async function licences(...metafiles) {
  // The validators of the local Kiket were compiled by ajv, and hold parts of it. ts-morph holds TypeScript 6, secretlint parts of lodash.
  const { packages } = await derivePage(at("runtime/platform/inspector"), lock);
  const heldInside = ["ajv", "ajv-formats", "typescript-6", "lodash", ...packages].map(
    (name) => `node_modules/${name}/package.json`,
  );
  return licenceTexts(root, [...metafiles.flatMap(({ inputs }) => Object.keys(inputs)), ...heldInside]);
}

/**
 * Loading a file takes Node as long as reading ten, and sharing code between many entries makes many small files. So each step on the
 * way of a usual run is one file with everything that it needs, and loads the next one only when needed. They are CommonJS, so that Node
 * does not start its loader of ES modules. So are the files that `dev` starts, or has loaded into a program.
 */
const steps = [
  ...["generator/cli", "generator/commands/generate/generate-and-print"],
  ...["generator/dev/process/warden", "generator/dev/process/preload"],
];

/** Where a source stands in `dist`, without the extension. What is loaded on demand stands beside the shared chunks. */
function placeOf(source) {
  return entries.includes(source) ? source : `chunks/${posix.basename(source)}`;
}

async function bundleSources(sources, options) {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: sources.map((source) => ({ in: `${source}.ts`, out: placeOf(source) })),
    outdir: next,
    bundle: true,
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    format: "esm",
    platform: "node",
    target,
    // The package's own entries are files of their own, which commands load when they run something.
    external: [...Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }), `${manifest.name}/*`],
    metafile: true,
    logLevel: "warning",
    ...options,
  });
  return metafile;
}

/** Bundles one step. Adds the sources that it loads on demand to `loaded`. */
function bundleStep(step, loaded, options) {
  const loadedApart = {
    name: "loaded-apart",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
        if (kind === "require-call") return { path, external: true };
        if (kind !== "dynamic-import") return undefined;
        const source = relative(root, join(resolveDir, path)).replaceAll("\\", "/").replace(/\.js$/, "");
        const target = posix.relative(posix.dirname(placeOf(step)), placeOf(source));
        const file = target.startsWith(".") ? target : `./${target}`;
        if (steps.includes(source)) return { path: `${file}.cjs`, namespace: "step" };
        loaded.add(source);
        return { path: `${file}.js`, external: true };
      });
      onLoad({ filter: /.*/, namespace: "step" }, ({ path }) => ({ contents: `module.exports = require("${path}");` }));
    },
  };
  const cjs = { format: "cjs", outExtension: { ".js": ".cjs" }, splitting: false };
  return bundleSources([step], { ...options, ...cjs, plugins: [...options.plugins, loadedApart] });
}

/**
 * What nobody reads in a stack: validators, which were compiled, and the rules of secretlint. The runtime loads them from files of their own,
 * beside the shared chunks, so that they can be minified.
 */
const unreadable = {
  "validators.gen": "./runtime/platform/http/validators.gen.js",
  "secret-rules": "@secretlint/secretlint-rule-preset-recommend",
};

/** Stands before the name of a file beside the shared chunks, until each file that imports it has its place. */
const chunkOf = "chunk:";

const unreadableApart = {
  name: "unreadable-apart",
  setup({ onResolve }) {
    const apart = (name) => () => ({ path: `${chunkOf}${name}`, external: true, sideEffects: false });
    onResolve({ filter: /^\.\/validators\.gen\.js$/ }, apart("validators.gen"));
    onResolve({ filter: /^@secretlint\/secretlint-rule-preset-recommend$/ }, apart("secret-rules"));
  },
};

async function bundleUnreadable() {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: Object.entries(unreadable).map(([out, path]) => ({ in: path, out })),
    outdir: join(next, "chunks"),
    bundle: true,
    format: "esm",
    platform: "node",
    target,
    minify: true,
    metafile: true,
    logLevel: "warning",
  });
  return metafile;
}

/** What an extension loads is one file, and what it needs in addition to listen is one more. */
const homesOfRuntime = { "runtime/index": "runtime", "runtime/codegen": "runtime", "runtime/node": "node" };

/**
 * Takes away the imports that only run a file. A module of the package does nothing when it is loaded, as `sideEffects` says in its
 * manifest, and the bundlers of users warn of them.
 */
const withoutBareImports = {
  name: "without-bare-imports",
  renderChunk: (code) => code.replace(/^import '\.\.?\/[^']+';\n?/gm, ""),
};

/**
 * Bundles the runtime. esbuild makes a file for what each set of entries has in common: for an extension that listens that was nineteen,
 * and each takes half a millisecond of a start. So rollup joins them.
 */
async function bundleRuntime() {
  const folder = at(next, "apart");
  const names = entries.filter((name) => name.startsWith("runtime/"));
  const metafile = await bundleSources(names, { plugins: [unreadableApart], outdir: folder });
  const homeById = new Map();
  const { write, close } = await rollup({
    input: Object.fromEntries(names.map((name) => [name, join(folder, `${name}.js`)])),
    external: /^[^./]/,
    treeshake: { moduleSideEffects: false },
    plugins: [withoutBareImports],
  });
  await write({
    dir: at(next),
    chunkFileNames: ({ name }) => `chunks/${name.startsWith("chunk-") ? "chunk" : name}-[hash].js`,
    paths: (id) => (id.startsWith(chunkOf) ? `../chunks/${id.slice(chunkOf.length)}.js` : id),
    hoistTransitiveImports: false,
    minifyInternalExports: false,
    manualChunks(id, { getModuleInfo }) {
      if (homeById.size === 0)
        for (const [name, home] of Object.entries(homesOfRuntime))
          collectStatic(homeById, join(folder, `${name}.js`), home, getModuleInfo);
      return homeById.get(id);
    },
  });
  await close();
  await rm(folder, { recursive: true });
  return metafile;
}

/** Notes that this module belongs to the home, and all that it imports, unless it has a home already. */
function collectStatic(homeById, id, home, getModuleInfo) {
  if (homeById.has(id)) return;
  homeById.set(id, home);
  for (const imported of getModuleInfo(id)?.importedIds ?? []) collectStatic(homeById, imported, home, getModuleInfo);
}

async function bundle() {
  const ofGenerator = { plugins: [vendored], alias, minify: true };
  const loaded = new Set(entries.filter((name) => name.startsWith("generator/")));
  const metafiles = await Promise.all([
    // Not minified: the stack of an error in production names a line that can be read.
    bundleRuntime(),
    bundleUnreadable(),
    bundleVendored(`${next}/vendor`, target),
    ...steps.map((step) => bundleStep(step, loaded, ofGenerator)),
  ]);
  for (const step of steps) loaded.delete(step);
  metafiles.push(await bundleSources([...loaded], ofGenerator));
  await writeFile(at(next, "THIRD-PARTY-LICENSES.txt"), await licences(...metafiles));
}

/** Compiles the declarations of every file. TypeScript 7 writes the same text as 5.9 in a fifth of the time. */
async function compileDeclarations(outDir) {
  const tsc = at("node_modules/typescript-7/bin/tsc");
  const options = ["-p", at("tsconfig.json"), "--emitDeclarationOnly", "--outDir", outDir];
  try {
    await promisify(execFile)(process.execPath, [tsc, ...options]);
  } catch (error) {
    process.stderr.write(error.stdout ?? String(error));
    process.exitCode = 1;
    throw new Error("the declarations do not compile");
  }
}

/**
 * The declarations of each entry in one file, with what the entry offers and nothing else. Every type of `runtime/index` is declared
 * there and other entries import it: it is one type in all of them, and who imports any of them can name it. So it is with what
 * `runtime/testing` and `runtime/dev` have in common.
 */
async function declarations() {
  const folder = at(next, "declarations");
  await compileDeclarations(folder);
  const homes = ["runtime/index", "runtime/testing"];
  const names = Object.values(manifest.exports).flatMap(
    ({ types }) => /^\.\/dist\/(.*)\.d\.ts$/.exec(types ?? "")?.[1] ?? [],
  );
  const { write } = await rollup({
    input: Object.fromEntries(names.map((name) => [name, join(folder, `${name}.d.ts`)])),
    external: /^[^./]/,
    plugins: [dts()],
    preserveEntrySignatures: "allow-extension",
  });
  const homeById = new Map();
  await write({
    dir: at(next),
    entryFileNames: "[name].d.ts",
    hoistTransitiveImports: false,
    minifyInternalExports: false,
    manualChunks(id, { getModuleInfo }) {
      if (homeById.size === 0)
        for (const home of homes) collectStatic(homeById, join(folder, `${home}.d.ts`), home, getModuleInfo);
      return homeById.get(id);
    },
  });
  await rm(folder, { recursive: true });
}

/** Examples and tests import the package by its name, as users do. */
async function linkSelf() {
  await symlink(root, at("node_modules", manifest.name), "junction").catch((error) => {
    if (error.code !== "EEXIST") throw error;
  });
}

/** Where a build says what it was made of. It is not packed. */
const stamp = "dist/.built-from";

/** Tells one state of the sources from another, without what is derived from them. */
async function inputsDigest() {
  const folders = ["generator", "runtime", "schemas"];
  const below = await Promise.all(
    folders.map(async (folder) => (await readdir(at(folder), { recursive: true })).map((name) => join(folder, name))),
  );
  const names = [
    ...below.flat(),
    "build.mjs",
    "licences.mjs",
    "vendor.mjs",
    "package.json",
    "package-lock.json",
    "tsconfig.json",
  ];
  const digest = createHash("sha256").update(process.version);
  for (const name of names
    .filter((name) => /\.\w+$/.test(name) && !name.includes(".gen.") && !isOfOtherPackage(name))
    .sort()) {
    const bytes = await readFile(at(name)).catch(() => undefined);
    if (bytes !== undefined) digest.update(`\0${name}\0`).update(bytes);
  }
  return digest.digest("hex");
}

async function isBuilt(inputs) {
  return (await readFile(at(stamp), "utf8").catch(() => undefined)) === inputs;
}

async function step(what, work) {
  const start = performance.now();
  console.error(`building   ${what} …`);
  await work();
  console.error(`           took ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

async function buildAll(inputs) {
  try {
    await step("types, tables and validators, from schemas/", derive);
    await step("the bundles in dist/", bundle);
    await step("the declarations of types", declarations);
    await rm(at("dist"), { recursive: true, force: true });
    await rename(at(next), at("dist"));
  } finally {
    await rm(at(next), { recursive: true, force: true });
  }
  await writeFile(at(stamp), inputs);
}

const inputs = await inputsDigest();
if (!process.argv.includes("--if-changed") || !(await isBuilt(inputs))) await buildAll(inputs);
await linkSelf();
