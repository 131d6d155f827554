import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../support/project.js";
import {
  bundledPackages,
  importedPackages,
  installedPackages,
  isAllowed,
  licenceProblems,
} from "./checklist/licences.js";

describe("a licence", () => {
  it.each(["MIT", "ISC", "Apache-2.0", "(MIT AND Zlib)", "MIT OR Apache-2.0", "((MIT))"])(
    "%s is allowed",
    (licence) => {
      expect(isAllowed(licence)).toBe(true);
    },
  );

  it.each([
    undefined,
    "",
    "()",
    "GPL-3.0-only",
    "(MIT OR GPL-2.0)",
    "MIT AND AGPL-3.0",
    "SEE LICENSE IN x",
    "UNLICENSED",
  ])("%s is not allowed", (licence) => {
    expect(isAllowed(licence)).toBe(false);
  });
});

it("an install brings what the lock file has for it, without what is for development or optional", async () => {
  const lock = {
    packages: {
      "": { version: "1.0.0", license: "MIT" },
      "node_modules/h3": { version: "2.0.8", license: "MIT" },
      "node_modules/h3/node_modules/@a/rou3": { version: "0.9.0", license: "ISC" },
      "node_modules/vitest": { version: "4.0.0", license: "MIT", dev: true },
      "node_modules/bullmq": { version: "6.0.0", license: "MIT", devOptional: true },
      "node_modules/ioredis": { version: "6.0.0", license: "MIT", peer: true },
      "examples/one": { version: "1.0.0" },
    },
  };
  expect(installedPackages(JSON.stringify(lock))).toEqual([
    { name: "h3", version: "2.0.8", licence: "MIT" },
    { name: "@a/rou3", version: "0.9.0", licence: "ISC" },
  ]);
  const own = installedPackages(await readFile(join(root, "package-lock.json"), "utf8")).map(({ name }) => name);
  expect(own).toEqual(expect.arrayContaining(["h3", "jose", "openapi-fetch", "srvx"]));
  expect(own.length).toBeLessThan(9);
});

it("the file of licences names each package with its text, which may have lines of dashes", () => {
  const line = "-".repeat(80);
  const file = `a 1.0.0 (MIT)\n\nText of a.\n\n${line}\n\n${line}\n\nMore of a.\n\n${line}\n\n@b/c 2.0.0 (ISC)\n\nText of c.\n`;
  expect(bundledPackages(file)).toEqual([
    { name: "a", version: "1.0.0", licence: "MIT", text: `Text of a.\n\n${line}\n\n${line}\n\nMore of a.` },
    { name: "@b/c", version: "2.0.0", licence: "ISC", text: "Text of c." },
  ]);
});

it("a source imports packages, and neither types nor what stands in a template", () => {
  const source = `import { readFile } from "node:fs/promises";
import type { Hidden } from "only-a-type";
import { parse } from "yaml";
import {
  one,
} from "@scope/several/deep";
import { own } from "./own.js";
export { other } from "other";
const load = async () => await import("loaded/later");
const template = \`
import { vitest } from "in-a-template";
\`;
`;
  expect(importedPackages(source)).toEqual(["yaml", "@scope/several", "other", "loaded"]);
});

describe("the licences of a release", () => {
  const mit = { name: "a", version: "1.0.0", licence: "MIT" };
  const whatOf = (licences: Partial<Parameters<typeof licenceProblems>[0]>) =>
    licenceProblems({ installed: [mit], bundled: [{ ...mit, text: "Text" }], imported: ["a"], ...licences }).map(
      ({ what }) => what,
    );

  it("may all be allowed", () => {
    expect(whatOf({})).toEqual([]);
  });

  it("stop it where one is refused, lacks its text, or is missing", () => {
    expect(whatOf({ installed: [{ ...mit, licence: "GPL-3.0-only" }] })).toEqual([
      "a 1.0.0 has the licence GPL-3.0-only",
    ]);
    expect(whatOf({ bundled: [{ ...mit, licence: undefined, text: "Text" }] })).toEqual([
      "a 1.0.0 has the licence (none)",
    ]);
    expect(whatOf({ bundled: [{ ...mit, text: "" }] })).toEqual([
      "dist/THIRD-PARTY-LICENSES.txt has no text of the licence of a",
    ]);
    expect(whatOf({ imported: ["a", "b"] })).toEqual(["dist/THIRD-PARTY-LICENSES.txt does not name b"]);
  });
});
