// What a maintainer runs: node test/release/checklist/release.mjs check|notes|sync. It is TypeScript, bundled on the way, since the package may not be built.
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { importBundled } from "../../../generator/contracts/import-bundled.mjs";

const folder = dirname(fileURLToPath(import.meta.url));
const root = join(folder, "../../..");
const { check, partOf, publishedPackages, syncVersions } = await importBundled(
  `export { check } from "./check.js";
   export { partOf } from "./changelog.js";
   export { publishedPackages } from "./step.js";
   export { syncVersions } from "./version-files.js";`,
  folder,
);

/** Calls `end` with the exit status that the shell expects of the signal. */
function onInterrupt(end) {
  const statuses = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };
  const listeners = Object.entries(statuses).map(([signal, status]) => [signal, () => end(status)]);
  for (const [signal, listener] of listeners) process.on(signal, listener);
  return () => {
    for (const [signal, listener] of listeners) process.off(signal, listener);
  };
}

const write = (text) => process.stdout.write(text);
const commands = {
  check(args) {
    const { env } = process;
    return check(args, { root, temporary: tmpdir(), env, now: () => performance.now(), write, onInterrupt });
  },
  /** Prints what the changelog says of the version of a tag. */
  async notes([tag = ""]) {
    const part = partOf(await readFile(join(root, "CHANGELOG.md"), "utf8"), tag.replace(/^v/, ""));
    if (part === undefined) process.stderr.write(`CHANGELOG.md has no part for "${tag}"\n`);
    else write(`${part}\n`);
    return part === undefined ? 1 : 0;
  },
  /** Writes the version of the package to all other files that name it. */
  async sync() {
    for (const path of await syncVersions(root, publishedPackages)) write(`${path}\n`);
    return 0;
  },
};

const [name = "", ...args] = process.argv.slice(2);
if (Object.hasOwn(commands, name)) process.exitCode = await commands[name](args);
else {
  process.stderr.write(`expected one of ${Object.keys(commands).join(", ")}, got "${name}"\n`);
  process.exitCode = 2;
}
