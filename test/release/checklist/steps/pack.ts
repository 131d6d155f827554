import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { secretProblems } from "../secrets.js";
import { failIf, type Problem, type Step } from "../step.js";
import type { Tarball } from "../tarball.js";

/** The most that each tarball may have, compressed. */
export const mostBytes: Readonly<Record<string, number>> = {
  "kiket-gen": 4_000_000,
  "create-kiket-extension": 200_000,
};

/** What packages consist of: what is built, schemas, and texts. */
const wanted = /^(?:.+\/)?(?:LICENSE|[^/]+\.(?:md|c?js|d\.ts|json|ya?ml|txt))$/;

/** What no package may contain, whatever the kind of its files is: what is hidden, tests and packages. */
const unwanted = /(?:^|\/)(?:\.[^/]+|node_modules|tests?|[^/]*\.test\.[^/]+)(?:\/|$)/;

export interface PackedManifest {
  readonly bin?: string | Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly private?: boolean;
}

/** The files that a manifest names. */
function entriesOf({ bin, exports = {} }: PackedManifest): readonly string[] {
  const programs = typeof bin === "string" ? [bin] : Object.values(bin ?? {});
  const entries = Object.values(exports).flatMap((entry) =>
    typeof entry === "string" ? [entry] : Object.values(entry),
  );
  return [...programs, ...entries].map((path) => path.replace(/^\.\//, "")).filter((path) => !path.includes("*"));
}

export function packProblems({ name, files, bytes }: Tarball, manifest: PackedManifest): readonly Problem[] {
  const named = [...new Set([...entriesOf(manifest), "README.md", "LICENSE"])];
  // A package below the root may have the licence beside what is built.
  const missing = named.filter((path) => !files.includes(path) && !files.includes(`dist/${path}`));
  const unfit = files.filter((path) => unwanted.test(path) || !wanted.test(path));
  const most = mostBytes[name] ?? 0;
  const problems: Problem[] = [];
  if (missing.length > 0)
    problems.push({
      what: `${name} lacks ${missing.join(", ")}`,
      why: "package.json names them, or npm shows them; users would get an error, or nothing",
      fix: "build it, and see `files` in its package.json",
    });
  if (unfit.length > 0)
    problems.push({
      what: `${name} contains ${unfit.slice(0, 10).join(", ")}`,
      why: "users do not need them, and they may hold secrets",
      fix: "leave them out with `files` in its package.json; a new kind of file is added to `wanted` in test/release/checklist/steps/pack.ts",
    });
  if (bytes > most)
    problems.push({
      what: `${name} has ${bytes} bytes, more than ${most}`,
      why: "everyone who installs it waits for that",
      fix: "find what has grown with `npm pack --dry-run`; if it is worth it, raise `mostBytes` in test/release/checklist/steps/pack.ts",
    });
  if (manifest.private === true)
    problems.push({
      what: `${name} is private`,
      why: "npm refuses to publish it",
      fix: "remove `private` from its package.json",
    });
  return problems;
}

export const packing: Step = {
  name: "pack",
  title: "the tarballs have every entry, nothing unwanted, and a licence, within their size",
  needs: ["build"],
  async run({ root, tarballs }) {
    const packed = await tarballs();
    const problems = packed.map(async (tarball) => {
      const read = (path: string) => readFile(join(root, tarball.folder, path), "utf8");
      const texts = await Promise.all(tarball.files.map(async (path) => ({ path, text: await read(path) })));
      const manifest = JSON.parse(await read("package.json")) as PackedManifest;
      return [...packProblems(tarball, manifest), ...(await secretProblems(tarball.name, texts))];
    });
    failIf((await Promise.all(problems)).flat());
    return packed
      .map(({ name, files, bytes }) => `${name}: ${files.length} files, ${Math.ceil(bytes / 1000)} kB`)
      .join("; ");
  },
};
