// Makes one file of a program with all its packages, so that nothing must be installed where it runs:
//   node deploy/bundle.mjs [program] [file]
import { argv } from "node:process";
import { build } from "esbuild";

const [program = "src/main.ts", file = "dist/bundle/main.mjs"] = argv.slice(2);

await build({
  entryPoints: [program],
  outfile: file,
  bundle: true,
  platform: "node",
  target: "node20.19",
  format: "esm",
  // Small, as it is loaded at each start. Names of functions and classes stay as they are for the program.
  minify: true,
  keepNames: true,
  // Names the lines of your sources in stacks; the sources themselves stay here.
  sourcemap: true,
  sourcesContent: false,
  // Some packages are CommonJS, and use what ES modules do not have.
  define: { __dirname: "import.meta.dirname", __filename: "import.meta.filename" },
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
  logLevel: "info",
});
