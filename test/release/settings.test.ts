import { describe, expect, it } from "vitest";
import { checkArguments, UsageError } from "./checklist/arguments.js";
import { emptyMachine } from "./checklist/environment.js";
import { ownerSettings } from "./checklist/owner-settings.js";
import { allSteps } from "./checklist/steps/index.js";
import { packProblems } from "./checklist/steps/pack.js";
import { treeProblems } from "./checklist/steps/tree.js";
import { quickstartOf } from "./checklist/steps/use.js";

describe("what only the owner can set", () => {
  const statesOf = (manifest: object, env: Record<string, string> = {}) =>
    ownerSettings([{ name: "a", manifest }], env).map(({ name, state }) => `${name}: ${state}`);

  it("is missing in a manifest without addresses, and unknown where it is not readable", () => {
    expect(statesOf({})).toEqual([
      "repository of a: missing",
      "homepage of a: missing",
      "proof of identity for npm: unknown",
      "GitHub Pages: unknown",
    ]);
  });

  it("is set by an address, in both spellings, and by the identity of a job", () => {
    const identity = { ACTIONS_ID_TOKEN_REQUEST_URL: "https://example.com" };
    expect(
      statesOf(
        { repository: { url: "git+https://example.com/a.git" }, homepage: "https://example.com" },
        identity,
      ).slice(0, 3),
    ).toEqual(["repository of a: set", "homepage of a: set", "proof of identity for npm: set"]);
    expect(statesOf({ repository: "github:a/a" })[0]).toBe("repository of a: set");
    expect(statesOf({ repository: { url: "" }, homepage: "" }).slice(0, 2)).toEqual([
      "repository of a: missing",
      "homepage of a: missing",
    ]);
  });
});

describe("the tree of a release", () => {
  it("may have a tag on its commit, and nothing that is not committed", () => {
    expect(treeProblems("", "abc", undefined, undefined)).toEqual([]);
    expect(treeProblems("", "abc", "v1.0.0", "abc")).toEqual([]);
  });

  it("stops it otherwise", () => {
    expect(treeProblems(" M a.ts\n?? b.ts\n", "abc", undefined, undefined)[0]?.what).toBe("2 files are not committed");
    expect(treeProblems("", "abc", "v1.0.0", "def")[0]?.what).toBe("the tag v1.0.0 is not on this commit");
    expect(treeProblems("", "abc", "v1.0.0", undefined)[0]?.what).toBe("there is no tag v1.0.0");
  });
});

describe("a tarball", () => {
  const manifest = {
    bin: { a: "dist/a.cjs" },
    exports: { ".": { types: "./dist/a.d.ts", default: "./dist/a.js" }, "./x/*": "./x/*" },
  };
  const tarball = {
    name: "kiket-gen",
    folder: ".",
    version: "1.0.0",
    path: "/a.tgz",
    integrity: "sha512-a",
    bytes: 1000,
  };
  const files = ["dist/a.cjs", "dist/a.js", "dist/a.d.ts", "README.md", "dist/LICENSE", "package.json"];
  const whatOf = (own: object, of: object = manifest) =>
    packProblems({ ...tarball, files, ...own }, of).map(({ what }) => what);

  it("has what its manifest names", () => {
    expect(whatOf({})).toEqual([]);
    expect(whatOf({ files: files.slice(1, 4) })).toEqual(["kiket-gen lacks dist/a.cjs, LICENSE"]);
  });

  it("has no secrets, tests or packages", () => {
    const unwanted = [".env", "test/a.js", "dist/a.test.js", "node_modules/b/index.js", ".npmrc"];
    expect(whatOf({ files: [...files, ...unwanted, "dist/testing.js"] })).toEqual([
      `kiket-gen contains ${unwanted.join(", ")}`,
    ]);
  });

  it("is small, and not private", () => {
    expect(whatOf({ bytes: 4_000_001 })).toEqual(["kiket-gen has 4000001 bytes, more than 4000000"]);
    expect(whatOf({}, { ...manifest, private: true })).toEqual(["kiket-gen is private"]);
  });
});

describe("the quickstart of a README", () => {
  const readme = `Text.

    npx kiket-gen init my-extension && cd my-extension && npm install && npm run dev

More text:

    npx kiket-gen trigger issue.created --set issue.title="Fire"
`;

  it("is what its two terminals run", () => {
    expect(quickstartOf(readme)).toEqual({
      before: "npx kiket-gen init my-extension && cd my-extension && npm install",
      folder: "my-extension",
      running: "npm run dev",
      delivery: 'npx kiket-gen trigger issue.created --set issue.title="Fire"',
    });
  });

  it("is refused where a part of it is missing", () => {
    expect(() => quickstartOf(readme.replace("trigger", "deliver"))).toThrow(
      "README.md has no quickstart that can be run",
    );
    expect(() => quickstartOf(readme.replace("&& npm run dev", ""))).not.toThrow();
    expect(() => quickstartOf(readme.replace(/ && .*/, ""))).toThrow("README.md has no quickstart that can be run");
  });
});

describe("the arguments of a check", () => {
  const namesOf = (...args: string[]) => checkArguments(args, allSteps).steps.map(({ name }) => name);

  it("choose steps, which keep their order", () => {
    expect(namesOf()).toEqual(allSteps.map(({ name }) => name));
    expect(namesOf("--only", "publish,pack")).toEqual(["pack", "publish"]);
    expect(namesOf("--skip-tests")).toEqual(
      allSteps.map(({ name }) => name).filter((name) => !["lint", "tests"].includes(name)),
    );
    expect(namesOf("--only", "pack,tests", "--skip", "tests")).toEqual(["pack"]);
  });

  it.each([
    [["--only", "packing"], 'there is no step "packing"'],
    [["--only", "tests", "--skip-tests"], "no step is left to run"],
    [["--tag", ""], "--tag needs a tag, such as v1.2.3"],
    [["--wrong"], "Unknown option '--wrong'"],
    [["v1.0.0"], "Unexpected argument 'v1.0.0'"],
  ])("%j are refused", (args, message) => {
    const call = () => checkArguments(args, allSteps);
    expect(call).toThrow(UsageError);
    expect(call).toThrow(message);
  });

  it("name steps that need earlier ones only", () => {
    for (const [index, { name, needs = [] }] of allSteps.entries()) {
      const before = allSteps.slice(0, index).map((step) => step.name);
      expect([name, needs.filter((one) => !before.includes(one))]).toEqual([name, []]);
    }
  });
});

it("an empty machine has neither settings of npm nor tokens", () => {
  const env = {
    PATH: "/bin",
    HOME: "/home/me",
    NODE_AUTH_TOKEN: "secret",
    npm_config_registry: "https://example.com",
    NPM_TOKEN: "secret",
    LANG: "C",
  };
  const empty = emptyMachine(env, "/empty");
  expect(empty).toMatchObject({ PATH: "/bin", LANG: "C", HOME: "/empty", npm_config_cache: "/empty/cache" });
  expect(JSON.stringify(empty)).not.toMatch(/secret|example\.com|\/home\/me/);
});
