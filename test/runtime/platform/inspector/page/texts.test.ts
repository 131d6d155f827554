import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createAnnouncer } from "../../../../../runtime/platform/inspector/page/state/announcer.js";
import {
  ticketInFragment,
  tokenInFragment,
} from "../../../../../runtime/platform/inspector/page/state/feed/launch-token.js";
import { jsonTokens } from "../../../../../runtime/platform/inspector/page/state/json-text.js";
import { keyCommand } from "../../../../../runtime/platform/inspector/page/state/key-command.js";
import { fragmentOf, placeInFragment } from "../../../../../runtime/platform/inspector/page/state/place.js";
import {
  draftPayload,
  placedProblem,
} from "../../../../../runtime/platform/inspector/page/state/send/draft-problems.js";
import { record, summary } from "../../../../support/inspector-backend.js";

describe("jsonTokens", () => {
  const textOf = (text: string) =>
    jsonTokens(text)
      ?.map((token) => token.text)
      .join("");

  it("writes one member a line, and keeps numbers, escapes, repeated keys and empty members as they were sent", () => {
    const sent = '{"a":12345678901234567890,"a":1.0e5,"b":"\\u00e9\\"{,}","c":[],"d":{},"e":[true,null,[{"f":-0}]]}';
    const lines = [
      "{",
      '  "a": 12345678901234567890,',
      '  "a": 1.0e5,',
      '  "b": "\\u00e9\\"{,}",',
      '  "c": [],',
      '  "d": {},',
      '  "e": [',
      "    true,",
      "    null,",
      "    [",
      "      {",
      '        "f": -0',
      "      }",
      "    ]",
      "  ]",
      "}",
    ];
    expect(textOf(sent)).toBe(lines.join("\n"));
    expect(textOf(lines.join("\n"))).toBe(lines.join("\n"));
  });

  it("formats every JSON as JSON.stringify does", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(textOf(text)).toBe(JSON.stringify(JSON.parse(text), null, 2));
      }),
      { examples: [['"\\""'], ["[]"], ["0"]] },
    );
  });

  it("tells keys from texts, and numbers from words", () => {
    const kinds = jsonTokens('{"a":"b","c":1,"d":null}')?.filter(({ kind }) => kind !== "space" && kind !== "mark");
    expect(kinds?.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      'key "a"',
      'text "b"',
      'key "c"',
      "number 1",
      'key "d"',
      "word null",
    ]);
  });

  it.each(["", "text", "{", '{"a":1,}', "<b>"])("leaves %j alone", (text) => {
    expect(jsonTokens(text)).toBe(undefined);
  });
});

describe("draftPayload", () => {
  it.each([
    ['{\n  "a": 1,\n  "b": \n}', "Value expected", 4, 1],
    ['{\n  "a": 1\n  "b": 2\n}', "Comma expected", 3, 3],
    ['{"a": tru}', "Invalid symbol", 1, 7],
    ["{} x", "Invalid symbol", 1, 4],
    ["", "Value expected", 1, 1],
    ["[1]", "A payload is an object, in { and }", 1, 1],
    ["// no\n{}", "Invalid comment token", 1, 1],
    ['{"a": 1', "Close brace expected", 1, 8],
  ])("says of %j: %s, line %i, column %i", (text, message, line, column) => {
    expect(draftPayload(text)).toMatchObject({ problem: { message, line, column } });
  });

  it("accepts what JSON.parse accepts, and nothing else", () => {
    expect(draftPayload('{"a": [1, "é"]}')).toMatchObject({ payload: { a: [1, "é"] } });
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        let value: unknown;
        try {
          value = JSON.parse(text);
        } catch {
          // It is none.
        }
        const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
        expect("payload" in draftPayload(text)).toBe(isObject);
      }),
    );
  });
});

describe("placedProblem", () => {
  const text =
    '{\n  "issue": {\n    "title": 7,\n    "labels": ["a", 5]\n  },\n  "years": { "2026": true, "a.b": { "c": 1 } }\n}';
  const draft = draftPayload(text);
  it.each([
    ["issue.title", 3, 14],
    ["issue.labels.1", 4, 21],
    ["issue.missing.member", 2, 12],
    // Names of members that look like a place in a list, or have a dot.
    ["years.2026", 6, 22],
    ["years.a.b.c", 6, 42],
    ["", 1, 1],
  ])("finds %j in line %i, column %i", (path, line, column) => {
    if ("problem" in draft) throw new Error("the draft is JSON");
    const message = path === "" ? "is wrong" : `${path}: is wrong`;
    expect(placedProblem(text, draft.tree, { kind: "wrong", path, message: "is wrong" })).toMatchObject({
      message,
      line,
      column,
    });
  });
});

describe("the address", () => {
  it("has a token only of letters and digits that is long enough", () => {
    expect(tokenInFragment(`#token=${"a1".repeat(16)}`)).toBe("a1".repeat(16));
    for (const wrong of ["", "#", "#token=", "#token=short", `#token=${"a".repeat(20)}%0d%0ax`, "#delivery=dlv_1"]) {
      expect(tokenInFragment(wrong)).toBe(undefined);
    }
    expect(ticketInFragment(`#ticket=${"b2".repeat(16)}`)).toBe("b2".repeat(16));
    expect(ticketInFragment(`#token=${"b2".repeat(16)}`)).toBe(undefined);
  });

  it("names what is shown, and finds it again", () => {
    const places = [
      { kind: "newest" },
      { kind: "delivery", id: "dlv_1&build=2#%" },
      { kind: "build", number: 12 },
      { kind: "send" },
    ] as const;
    expect(places.map(fragmentOf)).toEqual(["", "#delivery=dlv_1%26build%3D2%23%25", "#build=12", "#send"]);
    expect(places.map(fragmentOf).map(placeInFragment)).toEqual(places);
    expect(placeInFragment("#build=x")).toEqual({ kind: "newest" });
    expect(placeInFragment("#delivery=")).toEqual({ kind: "newest" });
  });
});

describe("keyCommand", () => {
  const press = (key: string, isWriting = false, modifier = {}, hasDeliveries = true) =>
    keyCommand(
      { key, ctrlKey: false, altKey: false, metaKey: false, repeat: false, ...modifier },
      { isWriting, hasDeliveries },
    );

  it("repeats only a move while a key is held down", () => {
    expect(["j", "k", "r", "n", "1"].map((key) => press(key, false, { repeat: true }))).toEqual([
      ...["next", "previous", undefined, undefined, undefined],
    ]);
  });

  it("knows the keys of the help", () => {
    expect(["j", "k", "r", "e", "n", "?", "Escape"].map((key) => press(key))).toEqual([
      "next",
      "previous",
      "replay",
      "edit",
      "send",
      "help",
      "back",
    ]);
  });

  it("leaves deliveries alone that are not shown", () => {
    const all = ["j", "k", "r", "e", "c", "s", "/", "n", "?", "Escape", "2"];
    expect(all.map((key) => press(key, false, {}, false))).toEqual([
      ...Array.from({ length: 6 }, () => undefined),
      ...["search", "send", "help", "back", { view: 1 }],
    ]);
  });

  it("leaves text and the browser's own keys alone", () => {
    expect(press("r", true)).toBe(undefined);
    expect(press("Escape", true)).toBe("back");
    expect(press("r", false, { ctrlKey: true })).toBe(undefined);
    expect(press("n", false, { metaKey: true })).toBe(undefined);
    expect(press("toString")).toBe(undefined);
  });
});

describe("createAnnouncer", () => {
  function announcer() {
    const shown: string[] = [];
    const due: (() => void)[] = [];
    const known = new Set(["old"]);
    const made = createAnnouncer(
      (text) => shown.push(text),
      (run) => due.push(run),
    );
    const note = (id: string, state: "delivered" | "failed") => {
      const delivery = summary(record(id, { state }));
      made.note({ kind: "delivery", delivery }, (one) => known.has(one));
    };
    const pass = () => {
      for (const run of due.splice(0)) run();
    };
    return { ...made, delivery: note, pass, shown };
  }

  it("says one message for many changes, and nothing before", () => {
    const { delivery, say, pass, shown } = announcer();
    delivery("a", "delivered");
    delivery("b", "failed");
    delivery("b", "failed");
    say("build 2 listens");
    expect(shown).toEqual([""]);
    pass();
    expect(shown).toEqual(["", "2 new deliveries, 1 delivery failed, build 2 listens"]);
  });

  it("empties the message before an equal one, so that it is read again", () => {
    const { delivery, pass, shown } = announcer();
    delivery("a", "delivered");
    pass();
    delivery("b", "delivered");
    pass();
    expect(shown).toEqual(["", "1 new delivery", "", "1 new delivery"]);
  });

  it("says nothing of a known delivery that goes well", () => {
    const { delivery, shown } = announcer();
    delivery("old", "delivered");
    expect(shown).toEqual([]);
  });

  it("says whether a build listens", () => {
    const { note, pass, shown } = announcer();
    note({ kind: "build", build: { number: 3, at: 1, reason: "saved", ms: 20 } }, () => true);
    note({ kind: "build", build: { number: 4, at: 2, reason: "saved", error: "no" } }, () => true);
    pass();
    expect(shown.at(-1)).toBe("build 3 listens, build 4 failed");
    note({ kind: "build", build: { number: 3, at: 1, reason: "saved", ms: 20, error: "no" } }, () => true);
    pass();
    expect(shown.at(-1)).toBe("build 3 has ended");
  });
});
