import { type Refusal, refuse } from "../../base/refusal.js";
import { isObject } from "../../base/shape.js";
import { type CachingHost, describeSystemError } from "../../project/host.js";
import { manifestPlaces } from "../../project/manifest-places.js";
import type { Finding } from "../finding.js";
import { checkNodeVersion, checkNodeWishes, type NodeWish } from "./node.js";
import { type PackageContent, readPackage } from "./package-json.js";
import { projectFinding } from "./project-checks.js";

/** What checking needs of its surroundings. */
export interface CheckTools {
  readonly host: CachingHost;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The version of Node that runs this, without a "v". */
  readonly node: string;
  /** Tells a person who waits something, in one line. */
  readonly say: (line: string) => void;
}

/** What cannot be read is a finding, and the other checks go on. */
async function attempt(id: string, check: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await check();
  } catch (error) {
    const reason = describeSystemError(error);
    if (reason === undefined) throw error;
    return [projectFinding(id, "wrong", `it cannot be read: ${reason}`, { fix: "make it readable for yourself" })];
  }
}

async function nodeWishes(host: CachingHost, content: PackageContent | undefined): Promise<readonly NodeWish[]> {
  const engines = isObject(content?.engines) ? content.engines.node : undefined;
  const files = [".nvmrc", ".node-version"].map(async (where) => ({
    where,
    text: (await host.read(where))?.trim() ?? "",
  }));
  const own = typeof engines === "string" ? [{ where: "package.json engines.node", text: engines }] : [];
  return [...own, ...(await Promise.all(files)).filter(({ text }) => text !== "")];
}

/** Looks at a project and this machine. Refuses a folder that has no project. Changes nothing. */
export async function checkProject(dir: string, tools: CheckTools): Promise<readonly Finding[] | Refusal> {
  const { host, node } = tools;
  const names = await host.list(".");
  if (!names.includes("package.json") && !manifestPlaces.some((path) => names.includes(path.split("/")[0] ?? ""))) {
    return refuse(
      `there is no project in "${dir}": neither package.json nor a manifest`,
      "pass the folder of a project, or make one with `kiket-gen init <dir>`",
    );
  }
  let content: PackageContent | undefined;
  const ofPackage = await attempt("package-json", async () => {
    const read = readPackage(await host.read("package.json"));
    content = read.content;
    return [read.finding];
  });
  return [
    checkNodeVersion(node),
    ...(await attempt("node-project", async () => checkNodeWishes(node, await nodeWishes(host, content)))),
    ...ofPackage,
  ];
}
