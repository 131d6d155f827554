import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../support/project.js";

const folder = join(root, "docs/pictures");

/** Width and height in the first chunk of a PNG. */
function sizeOf(png: Buffer): string {
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  return `${png.readUInt32BE(16)} x ${png.readUInt32BE(20)}`;
}

it("docs/pictures has the pictures of `npm run pictures`, each of at most 150 kB", async () => {
  const names = (await readdir(folder)).sort();
  const pictures = await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const));
  expect(pictures.map(([name, png]) => [name, sizeOf(png)])).toEqual([
    ["charts.png", "1200 x 720"],
    ["dark.png", "1200 x 720"],
    ["data.png", "1200 x 720"],
    ["deliveries.png", "1200 x 720"],
    ["edit-and-send.png", "1200 x 720"],
    ["failure.png", "1200 x 720"],
    ["faults.png", "1200 x 720"],
    ["narrow.png", "400 x 700"],
    ["save-as-test.png", "1200 x 720"],
    ["scopes.png", "1200 x 720"],
  ]);
  expect(pictures.filter(([, png]) => png.length > 150_000).map(([name]) => name)).toEqual([]);
});
