import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readEvents } from "../../schemas/read.js";
import { extensionApi, platformApi } from "../../support/openapi.js";
import { readTree, root } from "../../support/project.js";
import { anchorOf, plainText } from "./markdown.js";
import { referencePages } from "./pages.js";

const pages = await referencePages();
const folders = [...new Set([...pages.keys()].map((path) => dirname(path)))].filter(
  (path) => path !== "docs/reference",
);
const all = [...pages.values()].join("\n");

/** The pages of these folders that are in the repository. */
async function written(): Promise<string[]> {
  const found = await Promise.all(
    folders.map(async (folder) => Object.keys(await readTree(join(root, folder))).map((name) => `${folder}/${name}`)),
  );
  return found.flat();
}

/** What a page says apart from its code. */
function prose(text: string): string {
  return text.replace(/^```[\s\S]*?^```$/gm, "");
}

function headingsOf(text: string): string[] {
  return [...prose(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    anchorOf(heading.replace(/\[(.*?)\]\(.*?\)/g, "$1")),
  );
}

beforeAll(async () => {
  if (process.env.UPDATE_GOLDEN === undefined) return;
  for (const folder of folders) await mkdir(join(root, folder), { recursive: true });
  for (const path of await written()) if (!pages.has(path)) await rm(join(root, path));
  for (const [path, text] of pages) await writeFile(join(root, path), text);
});

describe("the reference that is made from the source (UPDATE_GOLDEN=1 writes it)", () => {
  it.each([...pages.keys()])("%s", async (path) => {
    const text = await readFile(join(root, path), "utf8");
    expect(text).toBe(pages.get(path));
    expect(text.split("\n").length).toBeLessThan(700);
  });

  it("has no other page in its folders", async () => {
    const expected = [...pages.keys()].filter((path) => folders.includes(dirname(path)));
    expect((await written()).sort()).toEqual(expected.sort());
  });

  it("has every heading of a page once", () => {
    const repeated = [...pages].flatMap(([path, text]) => {
      const headings = headingsOf(text);
      return headings
        .filter((heading, index) => headings.indexOf(heading) !== index)
        .map((heading) => `${path}#${heading}`);
    });
    expect(repeated).toEqual([]);
  });

  it("has links that lead to a file, and to a heading of a page", () => {
    const broken = [...pages].flatMap(([path, text]) =>
      [...prose(text).matchAll(/\]\(([^)#]*)(?:#([^)]*))?\)/g)].flatMap(([, file = "", heading]) => {
        const target = file === "" ? path : posix.join(dirname(path), file);
        const found = pages.get(target);
        if (found === undefined && !existsSync(join(root, target))) return [`${path}: ${target}`];
        const isHeading = found === undefined || heading === undefined || headingsOf(found).includes(heading);
        return isHeading ? [] : [`${path}: ${target}#${heading}`];
      }),
    );
    expect(broken).toEqual([]);
  });

  it("has no tag and no template of the site in its texts", () => {
    const texts = [...pages.values()].map((text) => prose(text).replace(/`[^`\n]*`/g, ""));
    expect(texts.flatMap((text) => text.match(/(?<!\\)<[A-Za-z/].*|\{\{.*/g) ?? [])).toEqual([]);
  });
});

describe("the pages name", () => {
  it("every version of every event once, with what its schema says", () => {
    const schemas = [...readEvents().values()].filter((schema) => schema["x-kiket-event"] !== undefined);
    expect(schemas.length).toBeGreaterThan(100);
    for (const schema of schemas) {
      const heading = `${schema["x-kiket-event"]} ${schema["x-kiket-version"]}`;
      const section = all.split(new RegExp(`^## (?:Other events like )?${heading.replaceAll(".", "\\.")}$`, "m"));
      expect(section, heading).toHaveLength(2);
      const own = section[1]?.split(/^## /m)[0] ?? "";
      expect(own).toContain(plainText(String(schema.description)));
      expect(own).toContain(`(\`${schema["x-kiket-confidence"]}\`)`);
      for (const member of Object.keys(schema.properties ?? {})) expect(own, heading).toContain(`| \`${member}\` |`);
    }
  });

  it.each([
    ["extensions", extensionApi],
    ["programs with an API key", platformApi],
  ])("every operation for %s once", (_name, { operations }) => {
    for (const { method, path, operation } of operations) {
      expect(all.split(`\n\`${method.toUpperCase()} ${path}\`\n`), path).toHaveLength(2);
      expect(all.split(`\`operationId\`: \`${operation.operationId}\``), path).toHaveLength(2);
    }
  });
});
