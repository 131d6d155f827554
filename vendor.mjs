// Packages that the generator uses and users need not install: each is bundled into a file of `dist/vendor`, loaded when it is used.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL(".", import.meta.url));

/** The names by which the generator imports them. A dependency that later code needs is one more line here. */
const packages = [
  "ajv",
  "ajv-formats",
  "ajv/dist/2020.js",
  "diff",
  "get-tsconfig",
  "isomorphic-git",
  "json-schema-to-typescript",
  "openapi-typescript",
  "ts-morph",
];

/** For the build of the generator: its imports of these packages lead to their files, beside the folders of the generator's own. */
export const vendored = {
  name: "vendored",
  setup({ onResolve }) {
    onResolve({ filter: new RegExp(`^(?:${packages.join("|")})$`) }, ({ path }) => ({
      path: `../vendor/${path}.js`,
      external: true,
    }));
  },
};

/** The file of a package: names cannot be re-exported from CommonJS unless they are listed. */
const entries = {
  name: "entries",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^vendor:/ }, ({ path }) => ({ path: path.slice("vendor:".length), namespace: "entries" }));
    onLoad({ filter: /.*/, namespace: "entries" }, async ({ path }) => {
      const names = Object.keys(await import(path)).filter((name) => /^[\w$]+$/.test(name));
      return { contents: `export { ${names.join(", ")} } from "${path}";`, resolveDir: root };
    });
  },
};

/**
 * What is never called: Prettier, because the schema compiler does not format, and the part of openapi-typescript that validates
 * and joins documents.
 */
const leftOut = {
  name: "left-out",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(?:prettier|@redocly\/openapi-core)$/ }, ({ path }) => ({ path, namespace: "left-out" }));
    onLoad({ filter: /.*/, namespace: "left-out" }, () => ({ contents: "module.exports = {};" }));
  },
};

/** Declarations of browsers, workers and Windows scripts: two thirds of what ts-morph carries. The generator reads none of them. */
const unread = /(fileName: "lib\.(?:dom|webworker|scripthost)[^"]*",\s*text: )"(?:[^"\\]|\\.)*"/g;

const shorterLibraries = {
  name: "shorter-libraries",
  setup({ onLoad }) {
    onLoad({ filter: /ts-morph-common\.js$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const contents = text.replace(unread, '$1""');
      if (contents.length > text.length - 2_000_000) throw new Error(`${path} does not hold TypeScript's declarations`);
      return { contents };
    });
  },
};

/**
 * The parts of TypeScript that are for editors: its server, and the completions, quick fixes and refactorings that it offers. The
 * generator calls none of them, and nothing else needs them. TypeScript's own build names each source in a comment before it.
 */
const ofEditors = /^\/\/ src\/(?:server|services\/(?:codefixes|refactors|completions|stringCompletions))\b/;

const shorterCompiler = {
  name: "shorter-compiler",
  setup({ onLoad }) {
    onLoad({ filter: /@ts-morph\/common\/dist\/typescript\.js$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const sources = text.split(/^(?=\/\/ src\/)/m);
      const contents = sources.filter((source) => !ofEditors.test(source)).join("");
      if (contents.length > text.length - 1_500_000) throw new Error(`${path} does not name TypeScript's sources`);
      return { contents };
    });
  },
};

/** Writes the files; returns what they were made of. */
export async function bundleVendored(outdir, target) {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: packages.map((name) => ({ in: `vendor:${name}`, out: name })),
    outdir,
    // One TypeScript for all: that of ts-morph. openapi-typescript alone would bring version 5.
    alias: { typescript: `${root}node_modules/@ts-morph/common/dist/typescript.js` },
    plugins: [entries, leftOut, shorterLibraries, shorterCompiler],
    banner: {
      js: [
        'import { createRequire } from "node:module";',
        'import { fileURLToPath } from "node:url";',
        "const require = createRequire(import.meta.url);",
        "const __filename = fileURLToPath(import.meta.url);",
        'const __dirname = fileURLToPath(new URL(".", import.meta.url));',
      ].join("\n"),
    },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target,
    minify: true,
    metafile: true,
    logLevel: "warning",
  });
  return metafile;
}
