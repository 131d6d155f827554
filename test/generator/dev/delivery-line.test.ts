import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { AttemptRecord, DeliveryRecord } from "kiket-gen/dev";
import { describe, expect, it } from "vitest";
import { describeDelivery, failurePlace, formatDelivery, shownDuration } from "../../../generator/dev/delivery-line.js";
import { coloured, plain } from "../../../generator/terminal/report.js";

const folder = join(import.meta.dirname, "project");
const at = new Date(2026, 0, 2, 14, 2, 11).getTime();
const look = { style: plain, folder };

function attemptOf(changes: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    number: 1,
    at,
    request: { method: "POST", url: "http://127.0.0.1:8000/v/v1/webhooks/issue.created", headers: {}, body: "{}" },
    ms: 12.4,
    calls: [],
    logs: [],
    ...changes,
  };
}

function recordOf(changes: Partial<DeliveryRecord> = {}, ...attempts: Partial<AttemptRecord>[]): DeliveryRecord {
  return {
    id: "dlv_1",
    event: "issue.created",
    version: "v1",
    origin: "trigger",
    state: "delivered",
    createdAt: at,
    payload: {},
    attempts: attempts.map(attemptOf),
    ...changes,
  };
}

const reply = (status: number, body = "") => ({ status, headers: {}, body });

function thrown(stack: string): Partial<AttemptRecord> {
  const [, name = "", message = ""] = /^(\w+): (.*)/.exec(stack) ?? [];
  const fields = { reason: "handler-failed", cause: { name, message, stack } };
  return {
    reply: reply(500, '{"error":"Internal error"}'),
    logs: [{ at, level: "error", message: "The handler failed", fields }],
  };
}

describe("the line of a delivery", () => {
  it.each([
    ["wrong-signature", "right", 401, "wrongly signed on purpose: not accepted, as it should be"],
    ["expired-token", "right", 401, "expired on purpose: not accepted, as it should be"],
    ["duplicate", "wrong", 200, "sent twice on purpose: another answer the second time"],
    ["foreign-key", "wrong", 200, "signed with a foreign key on purpose: accepted, which it should not be"],
    ["future-token", undefined, 200, "from the future on purpose"],
  ] as const)("says whether %s was treated as it should be: %s", (flaw, flawResult, status, words) => {
    const state = status === 401 ? "refused" : "delivered";
    const result = flawResult === undefined ? {} : { flawResult };
    expect(formatDelivery(recordOf({ state, flaw, ...result }, { reply: reply(status) }), look)).toBe(
      `14:02:11  issue.created v1  ${status}  12 ms  ${words}  dlv_1`,
    );
  });

  it("has time, event, answer, duration, calls and id", () => {
    const call = { method: "POST", path: "/x", query: {}, at, ms: 1 };
    const record = recordOf(
      {},
      {
        reply: reply(200, '{"status":"allow"}'),
        verdict: "allow",
        calls: [{ ...call, operationId: "createCustomDataRecord", status: 201 }],
      },
    );
    expect(formatDelivery(record, look)).toBe(
      "14:02:11  issue.created v1  200 allow  12 ms  createCustomDataRecord 201  dlv_1",
    );
  });

  it("shows in its line what the verdict says, with no control character and no more than 60 characters", () => {
    const lineOf = (message: unknown) => {
      const body = JSON.stringify({ status: "deny", message });
      return formatDelivery(recordOf({}, { reply: reply(200, body), verdict: "deny" }), look);
    };
    expect(lineOf("no budget")).toBe('14:02:11  issue.created v1  200 deny "no budget"  12 ms  dlv_1');
    expect(lineOf("")).toBe("14:02:11  issue.created v1  200 deny  12 ms  dlv_1");
    expect(
      lineOf("\u001b[2J\n")
        .split("")
        .filter((each) => each < " "),
    ).toEqual([]);
    const cut = recordOf({}, { reply: reply(200, '{"status":"allow","mess'), verdict: "allow" });
    expect(formatDelivery(cut, look)).toBe("14:02:11  issue.created v1  200 allow  12 ms  dlv_1");
    expect(lineOf("x".repeat(61))).toContain(`200 deny "${"x".repeat(60)}…"`);
  });

  it("counts equal calls, and does not grow with many", () => {
    const call = (path: string, status: number) => ({ method: "GET", path, query: {}, at, ms: 1, status });
    const calls = [
      call("/a", 200),
      call("/a", 200),
      call("/b", 0),
      ..."cdefg".split("").map((name) => call(`/${name}`, 404)),
    ];
    expect(formatDelivery(recordOf({}, { reply: reply(200), calls }), look)).toBe(
      "14:02:11  issue.created v1  200  12 ms  GET /a 200 (2 times)  GET /b no answer  GET /c 404  GET /d 404  3 more  dlv_1",
    );
  });

  it("says that the delivery waits", () => {
    expect(formatDelivery(recordOf({ state: "waiting" }), look)).toBe("14:02:11  issue.created v1  waiting  dlv_1");
  });

  it("has below it why it failed, the handler's own line, and when it is repeated", () => {
    const url = pathToFileURL(join(folder, "src/handlers/issue.created.v1.ts")).href;
    const packaged = pathToFileURL(join(folder, "node_modules/kiket-gen/dist/x.js")).href;
    const stack = `TypeError: no title\n    at send (${packaged}:1:2)\n    at async ${url}:3:9\n    at node:internal/x:1:1`;
    const record = recordOf({ state: "retrying", next: { at: at + 512, schedule: 30_000 } }, thrown(stack));
    const texts = new Map([["src/handlers/issue.created.v1.ts", ["", "", "  throw new TypeError('no title');"]]]);
    expect(formatDelivery(record, { ...look, texts }).split("\n")).toEqual([
      "14:02:11  issue.created v1  500  12 ms  dlv_1",
      "    TypeError: no title",
      "    at src/handlers/issue.created.v1.ts:3:9",
      "    3 |   throw new TypeError('no title');",
      "      |         ^",
      "    attempt 2 follows in 0.5 s, on Kiket after 30 s",
    ]);
    expect(formatDelivery(record, { ...look, retries: false })).toMatch(
      /\n {4}Kiket would repeat it after 30 s; here it is not repeated$/,
    );
  });

  it("has below it what caused the error: of a service that does not answer, Node says no more than that", () => {
    const refused = { name: "Error", message: "connect ECONNREFUSED 127.0.0.1:4600", stack: "" };
    const below = (cause: unknown) => {
      const fields = {
        reason: "handler-failed",
        cause: { name: "TypeError", message: "fetch failed", stack: "", cause },
      };
      const logs = [{ at, level: "error", message: "A handler failed", fields }] as const;
      return formatDelivery(recordOf({ state: "retrying" }, { reply: reply(500), logs }), look)
        .split("\n")
        .slice(1);
    };
    expect(below(refused)).toEqual([
      "    TypeError: fetch failed",
      "    caused by Error: connect ECONNREFUSED 127.0.0.1:4600",
    ]);
    expect(below({ name: "AggregateError", message: "", cause: "gone" }).slice(1)).toEqual([
      "    caused by AggregateError",
      "    caused by gone",
    ]);
    expect(below({ ...refused, cause: { ...refused, cause: { ...refused, cause: refused } } })).toHaveLength(3);
  });

  it("reads the line of source", async () => {
    const record = recordOf({ state: "retrying" }, thrown(`Error: x\n    at ${join(folder, "src/a.ts")}:2:1`));
    const host = { read: async (path: string) => `// ${path}\nboom();\n` };
    expect((await describeDelivery(record, host, look)).split("\n").slice(2)).toEqual([
      "    at src/a.ts:2:1",
      "    2 | boom();",
      "      | ^",
    ]);
  });

  it("finds places in a build and with a path, and none outside the project", () => {
    const placeOf = (path: string) => failurePlace(recordOf({}, thrown(`Error: x\n    at f (${path}:7:1)`)), folder);
    expect(placeOf(join(folder, ".kiket-gen/build/12/src/a b.ts"))).toEqual({ file: "src/a b.ts", line: 7, column: 1 });
    expect(placeOf(`${folder}-other/src/a.ts`)).toBeUndefined();
    expect(placeOf("file://elsewhere/src/a.ts")).toBeUndefined();
    expect(failurePlace(recordOf(), folder)).toBeUndefined();
  });

  it("shows the answer of a receiver that logs nothing, and why there is none", () => {
    const refused = recordOf({ state: "refused" }, { reply: reply(422, '{"error":"no such issue"}') });
    expect(formatDelivery(refused, look).split("\n")).toEqual([
      "14:02:11  issue.created v1  422  12 ms  dlv_1",
      '    {"error":"no such issue"}',
      "    Kiket does not repeat a delivery that is answered 422: it is lost",
    ]);
    const { ms: _, ...silent } = attemptOf({ error: "connect ECONNREFUSED 127.0.0.1:8000" });
    const failed = { ...recordOf({ state: "failed", origin: "replay" }), attempts: [attemptOf(), silent] };
    expect(formatDelivery(failed, look).split("\n")).toEqual([
      "14:02:11  issue.created v1  no reply  attempt 2  replay  dlv_1",
      "    connect ECONNREFUSED 127.0.0.1:8000",
      "    Kiket gives up after 2 attempts: the delivery is lost",
    ]);
  });

  it("says why an adapter's event failed, and not only that it did", () => {
    const line = { at, level: "error", message: "raw event failed", fields: { reason: "no such berth" } } as const;
    const failed = recordOf({ state: "retrying" }, { error: "no such berth", logs: [line] });
    expect(formatDelivery(failed, look).split("\n").slice(1)).toEqual(["    no such berth"]);
  });

  it("lets no text control the terminal, or look like a line of its own", () => {
    const hostile = recordOf(
      { event: "issue\u001b[2Jcreated\n14:02:12", id: "dlv\r" },
      { reply: reply(400, `one\n\u001b[31mtwo\n3\n4\n5${"x".repeat(1000)}`) },
    );
    const text = formatDelivery(hostile, { ...look, style: coloured });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours start with it
    expect(text.replace(/\u001b\[(?:1|2|22|31|39)m/g, "").split("\n")).toEqual([
      "14:02:11  issue\\u{1b}[2Jcreated\\u{a}14:02:12 v1  400  12 ms  dlv\\u{d}",
      "    one",
      "    \\u{1b}[31mtwo",
      "    3",
      "    4",
      "    …",
    ]);
  });
});

it("says a duration in the unit that fits", () => {
  expect([0.4, 12, 499, 500, 30_000, 61_000, 480_000, 7_200_000].map(shownDuration)).toEqual([
    "0 ms",
    "12 ms",
    "499 ms",
    "0.5 s",
    "30 s",
    "1 min",
    "8 min",
    "2 h",
  ]);
});
