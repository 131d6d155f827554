// The licences of what a build bundles.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Every licence and notice in a package's folder. */
async function legalTexts(folder) {
  const { name, version, license, author } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const names = (await readdir(folder)).filter((file) =>
    /^(?:licen[cs]e|copying|(?:third-?party-?)?notice)/i.test(file),
  );
  const texts = await Promise.all(names.sort().map((file) => readFile(join(folder, file), "utf8")));
  const named = `${license} license${author === undefined ? "" : `, by ${author.name ?? author}`}`;
  const legal = texts.length > 0 ? texts.map((text) => text.trim()).join("\n\n") : named;
  return `${name} ${version} (${license})\n\n${legal}\n`;
}

/** What is bundled keeps its licence: the text of each package once. `inputs`: files of packages, relative to the folder `root`. */
export async function licenceTexts(root, inputs) {
  const folders = inputs
    .map((input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1])
    .filter((folder) => folder !== undefined);
  const texts = await Promise.all([...new Set(folders)].sort().map((folder) => legalTexts(join(root, folder))));
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}
