import { describe, expect, it } from "vitest";
import {
  filterInFragment,
  fitsFilter,
  fragmentWithFilter,
  hitsFor,
  isFiltering,
  type ListFilter,
} from "../../../../../runtime/platform/inspector/page/state/list-filter.js";
import { fragmentOf, type Place, placeInFragment } from "../../../../../runtime/platform/inspector/page/state/place.js";
import { finds, textFinder } from "../../../../../runtime/platform/inspector/text-finder.js";
import { attempt, record, summary } from "../../../../support/inspector-backend.js";

const whole: ListFilter = { text: "a&b=c #ü", state: "failed", verdict: "deny", event: "x&y", build: 3 };

describe("the filter in the address", () => {
  it("is read as it was written, beside the place", () => {
    const places: readonly Place[] = [
      { kind: "newest" },
      { kind: "delivery", id: "a&b" },
      { kind: "delivery", id: "a", attempt: 2 },
      { kind: "build", number: 7 },
      { kind: "send" },
    ];
    for (const place of places) {
      const fragment = fragmentWithFilter(fragmentOf(place), place, whole);
      expect(placeInFragment(fragment)).toEqual(place);
      expect(filterInFragment(fragment)).toEqual(whole);
    }
    expect(fragmentWithFilter("#view=data", { kind: "view", view: "data" }, whole)).toBe("#view=data");
    expect(fragmentWithFilter("", { kind: "newest" }, { text: "" })).toBe("");
  });

  it("has nothing that no filter can have", () => {
    expect(filterInFragment("#state=broken&in-build=-1&attempt=x")).toEqual({ text: "" });
    expect(filterInFragment(`#search=${"a".repeat(201)}&verdict=&event=`)).toEqual({ text: "a".repeat(200) });
    // Half of a sign, as a field cuts it.
    expect(fragmentWithFilter("", { kind: "newest" }, { text: "\ud83d" })).toBe("#search=%EF%BF%BD");
    expect(placeInFragment("#delivery=a&attempt=0")).toEqual({ kind: "delivery", id: "a" });
    expect([isFiltering({ text: "  " }), isFiltering({ text: "", build: 1 })]).toEqual([false, true]);
  });
});

describe("fitsFilter", () => {
  const delivery = summary(
    record("dlv_1", {
      state: "failed",
      attempts: [attempt(), attempt({ number: 2, build: 2, verdict: "deny" })],
    }),
  );
  const fits = (filter: Partial<ListFilter>) => {
    const wanted = { text: "", ...filter };
    return fitsFilter(wanted, textFinder(wanted.text))(delivery, undefined);
  };

  it.each([
    [{ state: "failed" }, true],
    [{ state: "delivered" }, false],
    [{ verdict: "deny" }, true],
    [{ verdict: "allow" }, false],
    [{ event: "issue.created" }, true],
    [{ event: "issue" }, false],
    // Each build that answered an attempt.
    [{ build: 1 }, true],
    [{ build: 2 }, true],
    [{ build: 3 }, false],
    [{ text: "ISSUE.created v1" }, true],
    [{ text: "dlv_1" }, true],
    [{ text: "issue+" }, false],
    [{ text: "failed", event: "issue.deleted" }, false],
  ] as const)("%j: %s", (filter, expected) => {
    expect(fits(filter)).toBe(expected);
  });
});

describe("hitsFor", () => {
  const hits = new Map([["a", { id: "a", path: "issue.title", text: "Printer is on fire" }]]);
  const of = (text: string) => [...hitsFor(text, { text: "on", hits }).keys()];

  it("keeps a hit of another text only if it surely is one of this text", () => {
    expect([of("on FIRE"), of("TITLE"), of("on firewood"), of(" ")]).toEqual([["a"], ["a"], [], []]);
  });

  it("has all hits of the text itself: a hit shows a long text, or many spaces, in short", () => {
    const text = "is  on\tfire";
    expect(hitsFor(text, { text, hits })).toBe(hits);
  });
});

describe("textFinder", () => {
  it("takes every sign as itself, and finds again where it has found", () => {
    const finder = textFinder(" a.*(b)[c]\\/ ");
    expect(["x A.*(B)[C]\\/", "a.*(b)[c]\\/"].map((text) => finder !== undefined && finds(finder, text))).toEqual([
      true,
      true,
    ]);
    expect(finder !== undefined && finds(finder, "axxbc")).toBe(false);
    expect(textFinder(" ")).toBe(undefined);
  });
});
