import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { configDefaults, defineConfig } from "vitest/config";

/** What a unit test does without: it starts no process, builds nothing, and loads no compiler. */
const heavyPackages = ["node:child_process", "esbuild", "playwright-core", "typescript", "ts-morph"];

const known = new Map<string, boolean>();

/** Whether a file imports one of these packages, itself or through a file that it imports. So there is no list of tests to keep. */
function isHeavy(file: string): boolean {
  const before = known.get(file);
  if (before !== undefined) return before;
  known.set(file, false);
  const statements = readFileSync(file, "utf8").matchAll(/^(?:import|export|\}) .*"([^"]+)";$/gm);
  const imports = [...statements].map(([, from = ""]) => from);
  const own = imports
    .filter((from) => /^\..*\.js$/.test(from))
    .map((from) => join(dirname(file), from.replace(/js$/, "ts")));
  const heavy =
    imports.some((from) => heavyPackages.includes(from)) || own.some((path) => existsSync(path) && isHeavy(path));
  known.set(file, heavy);
  return heavy;
}

// Tests run vitest in projects that they make. There it must not find this configuration.
const temporary = join(import.meta.dirname, "test/.tmp");
mkdirSync(temporary, { recursive: true });
writeFileSync(join(temporary, "vitest.config.js"), "export default {};\n");

const include = ["test/**/*.test.ts", "examples/*/test/**/*.test.ts"];
// Projects that tests make have tests of their own.
const exclude = [...configDefaults.exclude, "test/.tmp/**"];
// It plays the tutorial from an empty folder to a bundle, which takes minutes: `.ci/run` does that, as does `HEAVY=1`.
if (process.env.HEAVY === undefined) exclude.push("test/docs/tutorial.test.ts");

// Folder by folder: what is below test/.tmp may vanish while it is listed.
const whole = readdirSync("test", { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== ".tmp")
  .flatMap(({ name }) =>
    readdirSync(join("test", name), { recursive: true, encoding: "utf8" }).map((path) => `test/${name}/${path}`),
  )
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => path.endsWith(".test.ts"))
  .filter(isHeavy);

export default defineConfig({
  test: {
    // Tests often wait for a process, so each core has one to run.
    maxWorkers: "100%",
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Who polls waits for a browser or a process, which take long on a busy machine.
    expect: { poll: { timeout: 30_000 } },
    projects: [
      // Files share one process and what it has loaded: this takes half of the time.
      { extends: true, test: { name: "unit", include, exclude: [...exclude, ...whole], isolate: false } },
      { extends: true, test: { name: "whole", include: whole, exclude } },
    ],
  },
});
