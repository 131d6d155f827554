import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { page } from "../../../../../runtime/platform/inspector/page.gen.js";
import { root } from "../../../../support/project.js";

/** What the browser asks for before anything is opened. */
const firstLoad = ["/", "/assets/app.js", "/assets/app.css", "/assets/icon.svg"];

const textOf = (path: string): string => gunzipSync(Buffer.from(page[path]?.gzip ?? "", "base64")).toString();
const bytesOf = (paths: readonly string[]): number =>
  paths.reduce((sum, path) => sum + Buffer.from(page[path]?.gzip ?? "", "base64").length, 0);

describe("the files of the page", () => {
  it("are these, and scripts that are loaded when they are needed, by names that do not change", () => {
    const types = Object.entries(page).map(([path, { type }]) => [path, type]);
    expect(types.filter(([path = ""]) => firstLoad.includes(path)).sort()).toEqual([
      ["/", "text/html; charset=utf-8"],
      ["/assets/app.css", "text/css; charset=utf-8"],
      ["/assets/app.js", "text/javascript; charset=utf-8"],
      ["/assets/icon.svg", "image/svg+xml"],
    ]);
    for (const [path, type] of types.filter(([path = ""]) => !firstLoad.includes(path))) {
      expect([path, type]).toEqual([
        expect.stringMatching(/^\/assets\/[a-z-]+\.js$/),
        "text/javascript; charset=utf-8",
      ]);
    }
  });

  it("take at most 60 kB at first, and 250 kB in all, as they are sent", () => {
    expect(bytesOf(firstLoad)).toBeGreaterThan(5_000);
    expect(bytesOf(firstLoad)).toBeLessThanOrEqual(60_000);
    expect(bytesOf(Object.keys(page))).toBeLessThanOrEqual(250_000);
  });

  it("name no other address, and have no script, style or handler inside the HTML", () => {
    const html = textOf("/");
    expect(html.match(/(?:src|href)="[^"]*"/g)).toEqual([
      'href="/assets/icon.svg"',
      'href="/assets/app.css"',
      'src="/assets/app.js"',
    ]);
    expect(html).not.toMatch(/<style|style=|\son\w+=|<script(?![^>]* src=)/);
    expect(textOf("/assets/app.css")).not.toMatch(/url\(|@import/);
  });
});

/** Colours by their names, of one scheme. */
function coloursOf(block: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]),
  );
}

/** WCAG 2.2, "relative luminance". */
function luminance(colour = ""): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string | undefined, other: string | undefined): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

describe("the colours of the page", async () => {
  const style = await readFile(join(root, "runtime/platform/inspector/page/page.css"), "utf8");
  const [light = "", dark = ""] = [...style.matchAll(/:root \{[^}]*\}/g)].map(([block]) => block);
  const texts = ["text", "quiet", "accent", "good", "bad", "wait", "json-key", "json-text", "json-number", "json-word"];

  it.each([
    ["light", coloursOf(light)],
    ["dark", coloursOf(dark)],
  ])("can be read on each background: %s", (_scheme, colours) => {
    const pairs = texts.flatMap((text) => ["back", "raised", "accent-back"].map((back) => [text, back] as const));
    pairs.push(["text", "bad-back"], ["bad", "bad-back"]);
    const weak = pairs.map(([text, back]) => [text, back, contrast(colours[text], colours[back])] as const);
    expect(weak.filter(([, , ratio]) => !(ratio >= 4.5))).toEqual([]);
  });
});
