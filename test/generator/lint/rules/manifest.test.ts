import { describe, expect, it } from "vitest";
import { completeDisk, lintText, manifest, told } from "../support.js";

function nested(...lines: readonly string[]): string {
  return ['model_version: "1.0"', "extension:", ...lines.map((line) => `  ${line}`), ""].join("\n");
}

const http = ["delivery: http", "callback: { url: https://mail.example.com }"];

describe("the platform's rules on manifests", () => {
  it("report nothing for a valid one", () => {
    expect(told(lintText(manifest()))).toEqual([]);
    expect(
      told(
        lintText(
          manifest()
            .replace("http", "internal")
            .replace(/ {2}callback.*\n/, ""),
        ),
      ),
    ).toEqual([]);
  });

  it("L0: only `.kiket/manifest.yaml` counts", () => {
    for (const path of ["extension.yaml", ".kiket/manifest.yml", ".kiket/extensions/mail/manifest.yaml"]) {
      expect(told(lintText(manifest(), { path }))).toEqual([
        `error L0 ${path}:1:1 the platform reads only \`.kiket/manifest.yaml\``,
      ]);
    }
    expect(told(lintText(manifest(), { path: "packages/mail/.kiket/manifest.yaml" }))).toEqual([]);
  });

  it("L1: model_version", () => {
    expect(told(lintText(manifest().replace(/^model_version.*\n/, "")))).toEqual([
      "warning L1 1:1 the manifest has no `model_version`",
    ]);
  });

  it("L2: extension is a map; its consequences L3, L4 and L6 are not reported", () => {
    expect(told(lintText('model_version: "1.0"\nextension: mail\n'))).toEqual([
      "error L2 2:1 `extension` must be a map",
    ]);
  });

  it("L3 and L4: id and name", () => {
    expect(told(lintText(nested("sdk: node", ...http)))).toEqual([
      "error L3 2:1 `extension` has no `id`",
      "error L4 2:1 `extension` has no `name`",
    ]);
  });

  it.each(["Mail", "1mail", "mail_log", "m", "mail log"])("L5: the id %s", (id) => {
    expect(told(lintText(manifest().replace("com.example.mail\n", `${id}\n`)))).toEqual([
      `warning L5 3:7 the id \`${id}\` should contain only lower-case letters, digits, dots and hyphens`,
    ]);
  });

  it.each(["ab", "com.example.mail-2"])("L5: accepts the id %s", (id) => {
    expect(told(lintText(manifest().replace("com.example.mail\n", `${id}\n`)))).toEqual([]);
  });

  it("L6: delivery", () => {
    expect(told(lintText(nested("id: ab", "name: Mail", "sdk: node")))).toEqual([
      "error L6 2:1 `extension` has no `delivery`",
    ]);
  });

  it("L7 and L8: delivery is text, and one of two values", () => {
    expect(told(lintText(manifest().replace("delivery: http", "delivery: { type: http }")))).toEqual([
      "error L7 7:3 `extension.delivery` must be text",
      "error L8 7:3 `extension.delivery` must be http or internal, found a map",
    ]);
    expect(told(lintText(manifest().replace("delivery: http", "delivery: HTTP")))).toEqual([
      "error L8 7:13 `extension.delivery` must be http or internal, found `HTTP`",
    ]);
    expect(told(lintText(manifest().replace("delivery: http", "delivery: 7")))).toEqual([
      "error L7 7:13 `extension.delivery` must be text",
      "error L8 7:13 `extension.delivery` must be http or internal, found `7`",
    ]);
  });

  it("L9 and L10: http delivery has a callback with a url", () => {
    expect(told(lintText(manifest().replace(/ {2}callback.*\n/, "")))).toEqual([
      "error L10 7:13 http delivery needs `callback.url`",
      "error L9 7:13 http delivery needs a `callback` map",
    ]);
    expect(told(lintText(manifest().replace(/callback: .*/, "callback: { timeout: 500 }")))).toEqual([
      "error L10 8:3 http delivery needs `callback.url`",
    ]);
  });

  it.each([99, 60_001, -1])("L11: a timeout of %d", (timeout) => {
    expect(told(lintText(manifest().replace(" }", `, timeout: ${timeout} }`)))).toEqual([
      `error L11 8:55 a timeout of ${timeout} ms is out of range`,
    ]);
  });

  it("L11: a timeout as text, on which the platform's linter crashes", () => {
    expect(told(lintText(manifest().replace(" }", ', timeout: "5000" }')))).toEqual([
      "error L11 8:55 `callback.timeout` must be a number; the platform's linter crashes on any other value",
    ]);
  });

  it("L11: a timeout that is not a value", () => {
    expect(told(lintText(manifest().replace(" }", ", timeout: [500] }")))).toEqual([
      "error L11 8:55 `callback.timeout` must be a number; the platform's linter crashes on any other value",
    ]);
  });

  it.each([100, 60_000])("L11: accepts a timeout of %d", (timeout) => {
    expect(told(lintText(manifest().replace(" }", `, timeout: ${timeout} }`)))).toEqual([]);
  });

  it("L12 and L13: tests and a README beside the manifest", () => {
    const disk = { ...completeDisk, tests: false, readme: false };
    expect(told(lintText(manifest(), { disk }))).toEqual([
      "warning L13 README.md:1:1 there is no `README.md`",
      "warning L12 test:1:1 none of the folders `test`, `spec` and `tests` exists",
    ]);
    expect(told(lintText(manifest(), { disk, path: "mail/.kiket/manifest.yaml" }))[0]).toContain("mail/README.md:1:1");
  });

  it("L12 and L13: not for a receiver of webhooks, of which the platform's linter knows nothing", () => {
    const disk = { ...completeDisk, tests: false, readme: false };
    const project = { disk, path: "kiket-webhook.yaml" };
    expect(told(lintText("events: [case.created, sla.breach, approval.decided]\n", project))).toEqual([]);
    expect(told(lintText("events: [case.creatd, acme.own]\n", project))).toEqual([
      "warning KG304 kiket-webhook.yaml:1:10 undocumented event `case.creatd`",
      "note KG223 kiket-webhook.yaml:1:23 webhooks are not known to send `acme.own`",
    ]);
  });

  it("L14: an unknown sdk is an error, a missing one a warning", () => {
    expect(told(lintText(manifest().replace("sdk: node", "sdk: nodejs")))).toEqual([
      "error L14 6:8 unknown sdk `nodejs`",
    ]);
    expect(told(lintText(manifest().replace("  sdk: node\n", "")))).toEqual([
      "warning L14 2:1 `extension` has no `sdk`",
    ]);
  });

  it.each(["ruby", "python", "node", "java", "dotnet", "go"])("L14: accepts %s", (sdk) => {
    expect(told(lintText(manifest().replace("sdk: node", `sdk: ${sdk}`)))).toEqual([]);
  });

  it.each(["1", '"1"', "v1.0", "one"])("L15: api_version %s", (version) => {
    expect(told(lintText(manifest(`api_version: ${version}`)))).toEqual([
      `error L15 9:16 invalid api version \`${version.replaceAll('"', "")}\``,
    ]);
    expect(told(lintText(manifest("api_version: v12")))).toEqual([]);
  });
});

describe("formats that the platform's linter does not read", () => {
  it.each([
    ["flat-settings", "id: a\nsettings: []\n"],
    ["flat-properties", "id: a\nconfiguration: { properties: {} }\n"],
    ["minimal", "name: Bell\nvendor: example.com\n"],
    [
      "evidence-adapter",
      "apiVersion: kiket.dev/v1\nkind: Extension\nmetadata: { key: a, name: A, version: 1.0.0 }\nspec: { sourceSystem: x, sourceEventTypes: [a] }\n",
    ],
    ["version-two", "manifest_version: 2\nextension: { key: a }\n"],
  ])("get a note instead of L0 to L11, L14 and L15: %s", (format, text) => {
    const path = format === "evidence-adapter" ? "kiket-extension.yaml" : "extension.yaml";
    expect(told(lintText(text, { path }))).toEqual([
      `note KG824 ${path}:1:1 the platform's linter does not read the format ${format}, so its rules about \`extension\` are not checked`,
    ]);
  });

  it("are still checked by the other rules", () => {
    const text = "id: a\nsettings: []\nsetup:\n  - info: {}\noutput_fields:\n  Address: { label: Address }\n";
    expect(told(lintText(text)).slice(1)).toEqual([
      "warning S15 4:5 the info step has neither `content` nor `title`",
      "error O2 6:3 invalid output field key `Address`",
    ]);
  });

  it("do not include the nested scaffold, whose own output breaks rules of the platform's linter", () => {
    const text = `model_version: "1.0"
extension:
  id: com.example.mail
  name: Mail
delivery: { type: http, url: https://mail.example.com }
hooks: [workflow.before_transition]
permissions: [read:issues]
configuration: { fields: [] }
`;
    expect(told(lintText(text))).toEqual([
      "warning L14 2:1 `extension` has no `sdk`",
      "error L6 2:1 `extension` has no `delivery`",
    ]);
  });
});
