import { stringLiteral } from "../base/literals.js";
import type { DeployFile, DeployProject } from "./deploy-template.js";
import { besideGenerated } from "./program-file.js";

/** The range of esbuild that the script is written for. */
export const bundlerRange = "^0.28.2";

const copying = (names: readonly string[]): string => `
/** The folder of a package, as seen from another folder: packages may be nested, or links. */
function folderOf(name, from) {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, "node_modules", name);
    if (existsSync(found)) return realpathSync(found);
    if (folder === dirname(folder)) return undefined;
  }
}

// A binary cannot be in the file: these packages are copied beside it, with what they need and nothing else.
const copied = new Set();
function copyPackage(name, from) {
  const folder = folderOf(name, from);
  if (folder === undefined || copied.has(name)) return;
  copied.add(name);
  cpSync(folder, join(dirname(file), "node_modules", name), { recursive: true, dereference: true });
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) copyPackage(needed, folder);
}
for (const name of [${names.map(stringLiteral).join(", ")}]) copyPackage(name, cwd());
`;

/** `deploy/bundle.mjs`, which makes one file of a program and its packages. */
export function bundleScript(project: DeployProject): DeployFile {
  const { nativePackages: native } = project;
  const imports = `${
    native.length === 0
      ? ""
      : `import { cpSync, existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
`
  }import { argv${native.length === 0 ? "" : ", cwd"} } from "node:process";
import { build } from "esbuild";`;
  return {
    path: "deploy/bundle.mjs",
    text: `// Makes one file of a program with all its packages, so that nothing must be installed where it runs:
//   node deploy/bundle.mjs [program] [file]
${imports}

const [program = ${stringLiteral(besideGenerated(project, "main.ts"))}, file = "dist/bundle/main.mjs"] = argv.slice(2);

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
  sourcesContent: false,${native.length === 0 ? "" : `\n  external: [${native.map(stringLiteral).join(", ")}],`}
  // Some packages are CommonJS, and use what ES modules do not have.
  define: { __dirname: "import.meta.dirname", __filename: "import.meta.filename" },
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
  logLevel: "info",
});
${native.length === 0 ? "" : copying(native)}`,
  };
}
