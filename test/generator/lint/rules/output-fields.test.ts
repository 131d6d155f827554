import { describe, expect, it } from "vitest";
import { lintText, manifest, told } from "../support.js";

function said(...lines: readonly string[]): string[] {
  return told(lintText(manifest("output_fields:", ...lines.map((line) => `  ${line}`))));
}

describe("the platform's rules on output fields", () => {
  it("report nothing for valid ones", () => {
    expect(said("inbox_2: { label: Inbox, type: url, icon: box-2, help_url: https://example.com }")).toEqual([]);
  });

  it("O1: they are a map", () => {
    expect(told(lintText(manifest("output_fields: [inbox]")))).toEqual([
      "error O1 9:18 `extension.output_fields` must be a map",
    ]);
  });

  it.each(["Inbox", "_inbox", "in-box", "1st"])("O2: the key %s", (key) => {
    expect(said(`${key}: { label: Inbox }`)).toEqual([`error O2 10:5 invalid output field key \`${key}\``]);
  });

  it("O3: each is a map", () => {
    expect(said("inbox: Inbox")).toEqual(["error O3 10:12 the output field `inbox` must be a map"]);
  });

  it("O4: a label", () => {
    expect(said("inbox: { type: code }")).toEqual(["warning O4 10:5 the output field `inbox` has no `label`"]);
  });

  it("O5: the type", () => {
    expect(said("inbox: { label: Inbox, type: text }")).toEqual(["error O5 10:34 unknown output field type `text`"]);
    for (const type of ["copyable", "url", "code", "badge", "status"])
      expect(said(`inbox: { label: Inbox, type: ${type} }`)).toEqual([]);
  });

  it.each(["Box", "box_2", "b i"])("O6: the icon %s", (icon) => {
    expect(said(`inbox: { label: Inbox, icon: ${icon} }`)).toEqual([`warning O6 10:34 invalid icon name \`${icon}\``]);
  });

  it("O6 and O7: an icon and an address that are not text", () => {
    expect(said("inbox: { label: Inbox, icon: [box], help_url: {} }")).toEqual([
      "error KG835 10:34 `extension.output_fields.inbox.icon` must be text, found a list",
      "warning O6 10:34 invalid icon name `list`",
      "error O7 10:51 `map` is not a web address",
    ]);
  });

  it.each(["example.com", "ftp://example.com"])("O7: the address %s", (url) => {
    expect(said(`inbox: { label: Inbox, help_url: ${url} }`)).toEqual([
      `error O7 10:38 \`${url}\` is not a web address`,
    ]);
  });
});
