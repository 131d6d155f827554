import { describe, expect, it } from "vitest";
import { lintText, manifest, module, told } from "../support.js";

const permitted = manifest(
  "custom_data:",
  "  permissions:",
  "    - { module: com.example.mail.log, operations: [read] }",
);

/** The diagnostics of this module with a manifest that has access to it. */
function said(schema: string, text: string = permitted): string[] {
  return told(lintText(text, { modules: { log: schema } }));
}

const path = ".kiket/modules/log/schema.yml";

describe("the platform's rules on modules", () => {
  it("report nothing for a valid one", () => {
    expect(said(module)).toEqual([]);
  });

  it("M1: an id", () => {
    expect(said(module.replace(/^module.*\n/, ""))).toContain(`error M1 ${path}:1:1 the module has no id`);
  });

  it.each([
    ["the permissions name it", permitted, "com.example.mail.log"],
    [
      "several permissions have no module, and one ends with the folder's name",
      manifest(
        "custom_data:",
        "  permissions: [{ module: a.b, operations: [read] }, { module: c.log, operations: [read] }]",
      ),
      "c.log",
    ],
    [
      "no permission says which",
      manifest(
        "custom_data:",
        "  permissions: [{ module: a.b, operations: [read] }, { module: c.d, operations: [read] }]",
      ),
      `${/id: (\S+)/.exec(permitted)?.[1]}.log`,
    ],
  ])("M1: the hint has the id that the project needs: %s", (_what, text, id) => {
    const found = lintText(text, { modules: { log: module.replace(/^module.*\n/, "") } });
    expect(found.find(({ code }) => code === "M1")?.hint).toBe(`write \`module: ${id}\``);
  });

  it("M2: the id is text; the old form is still read", () => {
    const older = "module:\n  id: com.example.mail.log\n  tables: [{ name: a, columns: [{ name: b, type: text }] }]\n";
    expect(said(older)).toEqual([`error M2 ${path}:2:3 \`module\` must be text`]);
    expect(lintText(permitted, { modules: { log: older } })[0]?.hint).toBe(
      "write `module: com.example.mail.log`, with `tables` as a map beside it",
    );
  });

  it("M3: the characters of the id", () => {
    const id = "com.example.mail_log";
    const text = permitted.replace("com.example.mail.log", id);
    expect(said(module.replace("com.example.mail.log", id), text)).toEqual([
      `warning M3 ${path}:1:9 the module id \`${id}\` should contain only lower-case letters, digits, dots and hyphens`,
    ]);
  });

  it.each(["{}", "[]", ""])("M4: tables, not %j", (tables) => {
    const found = said(`module: com.example.mail.log\ntables: ${tables}\n`);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^error M4 .*schema\.yml:\d+:\d+ the module `com\.example\.mail\.log` has no tables$/);
  });

  it("M5: YAML", () => {
    expect(said("module: [")[0]).toMatch(/^error M5 \.kiket\/modules\/log\/schema\.yml:\d+:\d+ invalid YAML: /);
    expect(told(lintText("extension: ["))[0]).toMatch(/^error KG104 /);
  });

  it("M6: operations", () => {
    expect(said(module, permitted.replace("[read]", "[read, list]"))).toEqual([
      "error M6 11:60 unknown custom-data operation `list`",
    ]);
  });

  it("M7: a permission names each module", () => {
    expect(said(module, manifest())).toEqual([
      `warning M7 ${path}:1:9 no permission for the module \`com.example.mail.log\``,
    ]);
    const [found] = lintText(manifest("custom_data: { modules: [log] }"), { modules: { log: module } });
    expect(found?.code).toBe("M7");
    expect(found?.hint).toContain("{module: com.example.mail.log, operations: [read, write]}");
  });
});

describe("KG809: a permission for a module", () => {
  it("is reported if the module does not exist", () => {
    const text = permitted.replace("mail.log,", "mail.logs,");
    const found = lintText(text, { modules: { log: module } }).filter(({ code }) => code === "KG809");
    expect(told(found)).toEqual(["warning KG809 11:19 there is no module `com.example.mail.logs`"]);
    expect(found[0]?.hint).toBe("did you mean `com.example.mail.log`?");
  });

  it("is not reported if the module is the platform's", () => {
    const text = manifest(
      "custom_data:",
      "  permissions:",
      "    - { module: kiket.team.capacity, operations: [read] }",
    );
    expect(told(lintText(text))).toEqual([]);
  });
});
