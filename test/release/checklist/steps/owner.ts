import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ownerSettings } from "../owner-settings.js";
import { failIf, type Step } from "../step.js";

/** Warns in a rehearsal, since nobody but the owner can change it. A release needs all of it. */
export const owner: Step = {
  name: "owner",
  title: "what only the owner of the project can set: addresses, npm, Pages",
  async run({ root, packages, tag, env }) {
    const manifests = packages.map(async ({ name, folder }) => {
      const manifest = JSON.parse(await readFile(join(root, folder, "package.json"), "utf8"));
      return { name, manifest };
    });
    const settings = ownerSettings(await Promise.all(manifests), env);
    const missing = settings.filter(({ state }) => state === "missing");
    if (tag !== undefined)
      failIf(
        missing.map(({ name, fix }) => ({
          what: `${name} is not set`,
          why: "only the owner of the project can set it",
          fix,
        })),
      );
    const rows = settings.map(({ name, state, fix }) =>
      state === "set" ? `${name}: set` : `${name}: ${state === "missing" ? "MISSING" : "cannot be read here"}; ${fix}`,
    );
    return [
      missing.length === 0 ? "nothing is missing" : `${missing.length} missing, which --tag would refuse`,
      ...rows,
    ].join("\n");
  },
};
