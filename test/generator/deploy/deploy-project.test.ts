import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deployProjectOf, resourceNameOf } from "../../../generator/deploy/deploy-project.js";
import { defaultLayout } from "../../../generator/project/layout.js";

const subject = {
  kind: "extension",
  name: "com.example.desk",
  secretKeys: [],
  layout: defaultLayout,
  handlers: [],
} as const;

describe("the name of resources", () => {
  it.each([
    ["desk", "desk"],
    ["Marketing Automation", "marketing-automation"],
    ["7-of-9", "of-9"],
    ["-- é --", "extension"],
    ["", "extension"],
    // Booleans and null of YAML, and names that are taken.
    ["true", "true-extension"],
    ["@example/NO", "example-no"],
    ["On", "on-extension"],
    ["null", "null-extension"],
    ["y", "y-extension"],
    ["kubernetes", "kubernetes-extension"],
    ['x"\n$(HOME) # rm', "x-home-rm"],
    [`${"a".repeat(39)}-b`, "a".repeat(39)],
  ])("of %j is %s", (text, name) => {
    expect(resourceNameOf(text)).toBe(name);
  });

  it("is one that every platform takes, whatever the text is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 80 }), (text) => {
        expect(resourceNameOf(text)).toMatch(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/);
      }),
    );
  });

  it("comes from package.json, without its scope, else from the manifest", () => {
    const nameWith = (packageJson: string | undefined) => deployProjectOf({ ...subject, packageJson }).resourceName;
    expect(nameWith('{ "name": "@example/front-desk" }')).toBe("front-desk");
    expect(nameWith("{ broken")).toBe("desk");
    expect(nameWith(undefined)).toBe("desk");
    expect(nameWith('{ "name": 7 }')).toBe("desk");
  });
});

describe("what templates know of a project", () => {
  it("are the secrets of the manifest and those that it must have, by names that every shell takes", () => {
    const packageJson = '{ "dependencies": { "bullmq": "^6.7.0" } }';
    const keys = ["API_KEY", "provider.token", "api-key", "*", "$(id)", "a\nb", "ключ"];
    expect(deployProjectOf({ ...subject, secretKeys: keys, packageJson }).secretVariables).toEqual([
      "KIKET_QUEUE_KEY",
      "KIKET_SECRET_API_KEY",
      "KIKET_SECRET_PROVIDER_TOKEN",
      "KIKET_SECRET_ID",
      "KIKET_SECRET_A_B",
    ]);
    expect(deployProjectOf({ ...subject, kind: "adapter", packageJson }).secretVariables).toEqual([
      "KIKET_EXTENSION_RUNNER_API_KEY",
      "KIKET_ORGANIZATION_ID",
    ]);
    expect(deployProjectOf({ ...subject, kind: "webhook", packageJson: undefined }).secretVariables).toEqual([
      "KIKET_WEBHOOK_SECRET",
    ]);
  });

  it("are packages, for a program or for its development, by which it has a queue and native parts", () => {
    const project = deployProjectOf({
      ...subject,
      packageJson: '{ "dependencies": { "bullmq": "1", "libsql": "1" }, "devDependencies": { "esbuild": "1" } }',
    });
    expect([project.queues, project.nativePackages, project.has("esbuild"), project.has("vitest")]).toEqual([
      true,
      ["libsql"],
      true,
      false,
    ]);
    const bare = deployProjectOf({ ...subject, packageJson: '{ "dependencies": ["bullmq"] }' });
    expect([bare.queues, bare.nativePackages]).toEqual([false, []]);
    const natives = deployProjectOf({
      ...subject,
      packageJson: '{ "dependencies": { "sharp": "1", "better-sqlite3": "1" } }',
    });
    expect(natives.nativePackages).toEqual(["better-sqlite3", "sharp"]);
  });

  it("an adapter takes no requests, and has no queue", () => {
    const packageJson = '{ "dependencies": { "bullmq": "1" } }';
    expect(deployProjectOf({ ...subject, kind: "adapter", packageJson })).toMatchObject({
      listens: false,
      queues: false,
    });
    expect(deployProjectOf({ ...subject, kind: "webhook", packageJson })).toMatchObject({
      listens: true,
      queues: true,
    });
  });

  it("is whether a handler is deferred, by its text, where there is a queue", () => {
    const packageJson = '{ "dependencies": { "bullmq": "1" } }';
    const defersWith = (handler: string, more = {}) =>
      deployProjectOf({ ...subject, packageJson, handlers: [handler], ...more }).defers;
    expect(defersWith("export default defineHandler({ defer: true }, run);")).toBe(true);
    expect(defersWith("defineHandler({ requiredScopes: [], defer : { attempts: 8 } }, run)")).toBe(true);
    expect(defersWith("defineHandler((payload) => log(payload.deferred))")).toBe(false);
    expect(defersWith("defineHandler({ defer: true }, run)", { packageJson: undefined })).toBe(false);
  });

  it("are the keys of secrets that can be names of files everywhere", () => {
    const secretKeys = ["API_KEY", "provider.token", "..", ".hidden", "a/b", "a b", "API_KEY", "x\ny", ""];
    expect(deployProjectOf({ ...subject, secretKeys, packageJson: undefined }).secretKeys).toEqual([
      "API_KEY",
      "provider.token",
    ]);
  });
});
