import { inWordsOf, managerOf, namedManager } from "../../base/package-manager.js";
import { isObject } from "../../base/shape.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { firstLinkOut } from "../../project/host.js";
import type { Finding } from "../finding.js";
import { attempt } from "./attempt.js";
import { readInstallation } from "./read/installation.js";
import { findLocks } from "./read/locks.js";
import { checkLockFile, isOfProject, lockedVersion } from "./rules/lock-file.js";
import { checkNodeVersion, checkNodeWishes, type NodeWish, wishIn } from "./rules/node.js";
import { type PackageContent, readPackage } from "./rules/package-json.js";
import { checkDependency, checkModuleType, checkScripts, dependenciesIn } from "./rules/package-rules.js";
import { checkCopies, checkEntries, checkInstalled, checkLocked, checkTypeScript } from "./rules/versions.js";
import type { Subject } from "./subject.js";

async function nodeWishes({ host }: Subject, content: PackageContent | undefined): Promise<readonly NodeWish[]> {
  const engines = isObject(content?.engines) ? content.engines.node : undefined;
  const own = typeof engines === "string" ? [{ where: "package.json engines.node", text: engines }] : [];
  // What they have is shown, and a link of a cloned project could lead to a secret of the user.
  const read = async (path: string) =>
    (await firstLinkOut(host, [path])) === undefined ? ((await host.read(path)) ?? "") : "";
  const named = await Promise.all(
    [".nvmrc", ".node-version"].map(async (where) => ({ where, text: wishIn(await read(where)) })),
  );
  return [...own, ...named.filter(({ text }) => text !== "")];
}

/** The findings about Node, the package, and versions. `objection`: what keeps generated files from compiling, at `package.json`. */
export async function checkPackage(
  subject: Subject,
  objection: Pick<Diagnostic, "message" | "hint"> | undefined,
): Promise<readonly Finding[]> {
  const { host, folder, node } = subject;
  let content: PackageContent | undefined;
  const ofFile = await attempt("package-json", async () => {
    const read = readPackage(await host.read("package.json"));
    content = read.content;
    return [read.finding];
  });
  const found: Finding[] = [
    checkNodeVersion(node),
    ...(await attempt("node-project", async () => checkNodeWishes(node, await nodeWishes(subject, content)))),
    ...ofFile,
  ];
  const installation = readInstallation(folder);
  const { own } = installation;
  const locks = findLocks(folder).filter(isOfProject);
  const groups = Object.values(content === undefined ? {} : dependenciesIn(content));
  const asked = (name: string) => groups.map((group) => group[name]).find((text) => text !== undefined);
  if (content !== undefined) {
    const { message: why, hint: fix } = objection ?? {};
    const reason = why === undefined ? undefined : { why, ...(fix === undefined ? {} : { fix }) };
    found.push(
      checkModuleType(content, reason),
      checkScripts(content),
      checkDependency(content, own !== undefined),
      checkLockFile(locks, content, namedManager(content)),
    );
  }
  const [lock] = locks;
  const manager = managerOf(content, lock === undefined ? [] : [lock.name]);
  const all = [
    ...found,
    checkInstalled(installation, asked("kiket-gen")),
    checkLocked(own, lock?.path, lock && lockedVersion(lock)),
    checkEntries(installation),
    checkCopies(installation),
    checkTypeScript(installation, asked("typescript") !== undefined),
  ];
  return all.map((finding) =>
    finding.fix === undefined ? finding : { ...finding, fix: inWordsOf(manager, finding.fix) },
  );
}
