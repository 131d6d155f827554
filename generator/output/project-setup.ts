import { diagnose } from "../diagnostics/diagnose.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { CompilerSetup } from "../project/compiler-setup.js";

/** What a project's `package.json` says of its modules and its compiler. */
interface PackageFacts {
  /** Whether `.js` files are ES modules. */
  readonly isModule: boolean;
  readonly usesTypeScript: boolean;
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

/** Undefined for a text that is not JSON: npm reports it. */
function packageFacts(text: string): PackageFacts | undefined {
  try {
    const { type, dependencies, devDependencies, peerDependencies } = record(JSON.parse(text.replace(/^\ufeff/, "")));
    const names = [dependencies, devDependencies, peerDependencies].flatMap((group) => Object.keys(record(group)));
    return { isModule: type === "module", usesTypeScript: names.some((name) => /^@?typescript\b/.test(name)) };
  } catch {
    return undefined;
  }
}

type Problem = readonly [file: string, message: string, hint: string];

const nodeModules = '"module": "nodenext"';

/** Why the compiler cannot find or load the package `kiket-gen`, as ECMAScript modules with `exports`. */
function moduleProblem(
  { path = "", options, typescript }: CompilerSetup,
  { isModule }: PackageFacts,
): Problem | undefined {
  const word = (name: string) => String(options[name] ?? "").toLowerCase();
  const { verbatimModuleSyntax } = options;
  const [kind, resolution] = [word("module"), word("moduleResolution")];
  // The default of `commonjs` follows `exports` from TypeScript 6 on.
  const isOld =
    resolution === "node10" || resolution === "node" || (kind === "commonjs" && resolution === "" && typescript < 6);
  if (isOld) {
    const setting = resolution === "" ? `"module": "${kind}"` : `"moduleResolution": "${resolution}"`;
    return [
      path,
      `with ${setting} the compiler does not find kiket-gen/runtime`,
      `write ${nodeModules} in tsconfig.json`,
    ];
  }
  if (isModule || !/^(node|commonjs$)/.test(kind)) return undefined;
  const way = 'write "type": "module" in package.json';
  if (verbatimModuleSyntax === true)
    return ["package.json", "the package is CommonJS, and verbatimModuleSyntax allows no imports in it", way];
  if (kind === "node16" || kind === "node18")
    return [
      "package.json",
      `the package is CommonJS, which cannot import ES modules with "module": "${kind}"`,
      `${way}, or ${nodeModules} in tsconfig.json`,
    ];
  return undefined;
}

function problemOf(setup: CompilerSetup, facts: PackageFacts): Problem | undefined {
  if (setup.path !== undefined) return moduleProblem(setup, facts);
  const config = '{ "compilerOptions": { "module": "nodenext", "target": "es2023", "strict": true } }';
  return facts.usesTypeScript
    ? [
        "package.json",
        "the project has no tsconfig.json, so its files cannot be compiled",
        `write tsconfig.json: ${config}`,
      ]
    : [
        "package.json",
        "the generated files are TypeScript, but the project does not use it",
        `run \`npm install --save-dev typescript @types/node\`, and write tsconfig.json: ${config}`,
      ];
}

/**
 * One warning if the generated files cannot compile as the project is set up. None without a `package.json`: then nothing is set up
 * yet.
 */
export function setupProblems(packageJson: string | undefined, setup: CompilerSetup): Diagnostic[] {
  const facts = packageJson === undefined ? undefined : packageFacts(packageJson);
  const problem = facts && problemOf(setup, facts);
  if (problem === undefined) return [];
  const [file, message, hint] = problem;
  return [diagnose("KG506", { file, line: 1, column: 1 }, message, hint)];
}
