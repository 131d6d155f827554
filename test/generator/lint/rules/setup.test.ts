import { describe, expect, it } from "vitest";
import { lintText, manifest, told } from "../support.js";

/** The diagnostics of these steps. The first step is on line 10; `TOKEN` and `CITY` are declared after the steps. */
function said(...steps: readonly string[]): string[] {
  const text = manifest(
    "setup:",
    ...steps.map((step) => `  ${step}`),
    "configuration:",
    "  TOKEN: { type: string, secret: true }",
    "  CITY: { type: string }",
  );
  return told(lintText(text));
}

describe("the platform's rules on the setup wizard", () => {
  it("report nothing for a valid one", () => {
    const steps = [
      "- secrets: { collect: [TOKEN] }",
      "- secrets: { fields: [{ key: TOKEN, obtain: { type: api_key } }] }",
      "- configure: { collect: [CITY] }",
      "- test: { action: mail.try }",
      "- info: { title: Done, links: [{ label: Help, url: https://example.com }] }",
    ];
    expect(said(...steps)).toEqual([]);
  });

  it("S1: the kind of a step", () => {
    expect(said("- oauth: { provider: google-oauth }")).toEqual(["error S1 10:7 unknown setup step `oauth`"]);
    expect(said("- secret: {}")).toEqual(["error S1 10:7 unknown setup step `secret`"]);
    expect(said("- secrets")).toEqual(["error S1 10:7 a setup step must be a map with one key"]);
    expect(said("- {}")).toEqual(["error S1 10:7 a setup step must be a map with one key"]);
  });

  it("S1: looks only at the first key", () => {
    expect(said("- { oauth: {}, secrets: {} }")).toEqual(["error S1 10:9 unknown setup step `oauth`"]);
    expect(said("- { test: { action: a }, secrets: {} }")).toEqual([]);
  });

  it("S1: points to its explanation for `oauth`, which real manifests use", () => {
    const [found] = lintText(manifest("setup:", "  - oauth: {}"));
    expect(found?.hint).toBe("the platform's own calendar extensions use it; run kiket-gen explain S1");
  });

  it.each([
    ["error", "S2", "secrets"],
    ["warning", "S8", "configure"],
  ])("%s %s: the step asks for something", (severity, code, kind) => {
    expect(said(`- ${kind}: {}`)).toEqual([`${severity} ${code} 10:7 the ${kind} step asks for nothing`]);
  });

  it.each([
    ["S3", "secrets"],
    ["S9", "configure"],
  ])("%s: a field has a key; a missing one is reported once", (code, kind) => {
    expect(said(`- ${kind}: { fields: [{ label: City }] }`)).toEqual([
      `error ${code} 10:${kind.length + 20} a field of the ${kind} step has no \`key\``,
    ]);
  });

  it("S4: how a secret is obtained", () => {
    expect(said("- secrets: { fields: [{ key: TOKEN, obtain: { type: oauth } }] }")).toEqual([
      "error S4 10:57 unknown `obtain.type`: `oauth`",
    ]);
    for (const type of ["api_key", "token", "input", "basic", "auto_generate"])
      expect(said(`- secrets: { fields: [{ key: TOKEN, obtain: { type: ${type} } }] }`)).toEqual([]);
  });

  it("N7: `secret` of `obtain` is a boolean, as every official scaffold writes it", () => {
    const obtain = "{ type: api_key, secret: true, help_url: https://a.example }";
    expect(said(`- secrets: { fields: [{ key: TOKEN, label: Key, obtain: ${obtain} }] }`)).toEqual([]);
  });

  it.each(["oauth2", "oauth2_client_credentials"])("S5 and S6: the two urls for %s", (type) => {
    expect(said(`- secrets: { fields: [{ key: TOKEN, obtain: { type: ${type} } }] }`)).toEqual([
      "error S5 10:57 `obtain` has no `authorization_url`",
      "error S6 10:57 `obtain` has no `token_url`",
    ]);
    const urls = "authorization_url: https://a.example, token_url: https://b.example";
    expect(said(`- secrets: { fields: [{ key: TOKEN, obtain: { type: ${type}, ${urls} } }] }`)).toEqual([]);
  });

  it.each([
    ["S7", "secrets", "TOKE"],
    ["S13", "configure", "CITE"],
  ])("%s: collected keys are declared", (code, kind, key) => {
    expect(said(`- ${kind}: { collect: [${key}] }`)).toEqual([
      `warning ${code} 10:${kind.length + 21} \`${key}\` is not in \`extension.configuration\``,
    ]);
  });

  it("S7: does not look in `secrets`, and the hint says what to do", () => {
    const [found] = lintText(manifest("secrets: [{ key: PIN }]", "setup:", "  - secrets: { collect: [PIN] }"));
    expect(found?.code).toBe("S7");
    expect(found?.hint).toContain("list it under `fields`");
  });

  it("S10: a condition refers to a field of the same step", () => {
    const fields = (other: string) => `[{ key: CITY, type: text, showWhen: { field: ${other} } }, { key: TOKEN }]`;
    expect(said(`- configure: { fields: ${fields("ZIP")} }`)).toEqual([
      "warning S10 10:73 `showWhen.field` names `ZIP`, which is not a field of this step",
    ]);
    expect(said(`- configure: { fields: ${fields("TOKEN")} }`)).toEqual([]);
  });

  it("S4 and S10: a type and a field that are not text", () => {
    expect(said("- secrets: { fields: [{ key: TOKEN, obtain: { type: [token] } }] }")).toEqual([
      "error S4 10:57 unknown `obtain.type`: `list`",
    ]);
    expect(said("- configure: { fields: [{ key: CITY, showWhen: { field: [CITY] } }] }")).toEqual([
      "error KG835 10:61 `extension.setup[0].configure.fields[0].showWhen.field` must be text, found a list",
      "warning S10 10:61 `showWhen.field` names `list`, which is not a field of this step",
    ]);
  });

  it("S11: a select has options", () => {
    expect(said("- configure: { fields: [{ key: CITY, type: select }] }")).toEqual([
      "error S11 10:48 a select field needs `options`",
    ]);
    expect(said("- configure: { fields: [{ key: CITY, type: select, options: [] }] }")).toHaveLength(1);
    expect(said("- configure: { fields: [{ key: CITY, type: select, options: [{ value: a, label: A }] }] }")).toEqual(
      [],
    );
  });

  it.each(["issue_type", "workflow_status", "board", "priority", "project"])("S12: options of %s", (type) => {
    const [found, ...more] = said(`- configure: { fields: [{ key: CITY, type: ${type}, options: [a] }] }`);
    expect(found).toMatch(/^warning S12 10:\d+ the options of a `\w+` field are ignored$/);
    expect(more).toEqual([]);
  });

  it("S14: a test has an action", () => {
    expect(said("- test: { title: Try }")).toEqual(["warning S14 10:7 the test step has no `action`"]);
  });

  it("S15: an info step has content or a title", () => {
    expect(said("- info: { description: Hi }")).toEqual([
      "warning S15 10:7 the info step has neither `content` nor `title`",
    ]);
    expect(said("- info:")).toEqual([
      "warning S15 10:7 the info step has neither `content` nor `title`",
      "error KG835 10:12 `extension.setup[0].info` must be a map, found nothing",
    ]);
    const [found] = lintText(manifest("setup:", "  - info: { markdown: Hi }"));
    expect(found?.hint).toBe("rename `markdown` to `content`");
  });

  it("S16: a link has a label and a url", () => {
    expect(said("- info: { title: Done, links: [{ label: Help }, { url: https://e.example }] }")).toEqual([
      "error S16 10:36 a link has no `url`",
      "error S16 10:53 a link has no `label`",
    ]);
  });

  it("check the wizard at the top level if the extension has none", () => {
    expect(told(lintText(`${manifest()}setup:\n  - test: {}\n`))).toEqual([
      "warning S14 10:5 the test step has no `action`",
    ]);
    expect(told(lintText(`${manifest("setup: []")}setup:\n  - test: {}\n`))).toEqual([]);
  });
});
