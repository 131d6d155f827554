import { Readable } from "node:stream";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { raw } from "../../../runtime/index.js";
import { replyOfResult } from "../../../runtime/pipeline/handler-result.js";
import { ResultError } from "../../../runtime/pipeline/plain-result.js";

class Money {
  readonly amount = 5;
  format(): string {
    return `${this.amount} EUR`;
  }
}
class Hidden {
  readonly #amount = 5;
  get amount(): number {
    return this.#amount;
  }
}
class Tagged {
  toJSON(): object {
    return { tag: "t", at: new Date(0), gone: undefined };
  }
}

const circular: Record<string, unknown> = { list: [] };
circular.list = [{ circular }];
let deep: unknown = 1;
for (let level = 0; level < 100_000; level += 1) deep = { a: deep };
const revoked = Proxy.revocable({}, {});
revoked.revoke();
const shared = { a: 1 };
async function* stream() {
  yield 1;
}
function* numbers() {
  yield 1;
}

describe("a result that JSON can hold is sent as JSON.stringify writes it", () => {
  test.each<readonly [string, unknown, string]>([
    ["nothing", undefined, '{"ok":true}'],
    ["null", null, '{"ok":true}'],
    ["text", "ü\ud800", '"ü\\ud800"'],
    ["false", false, "false"],
    ["minus zero", -0, "0"],
    ["an empty object", {}, "{}"],
    ["an object without a prototype", Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
    ["members that are undefined", { a: undefined, b: [{ c: undefined }] }, '{"b":[{}]}'],
    [
      "dates and addresses",
      { at: new Date(0), in: [new URL("https://a.test")] },
      '{"at":"1970-01-01T00:00:00.000Z","in":["https://a.test/"]}',
    ],
    ["an instance with members, whose methods are in its prototype", { price: new Money() }, '{"price":{"amount":5}}'],
    [
      "a class with toJSON, also inside of what it returns",
      [new Tagged()],
      '[{"tag":"t","at":"1970-01-01T00:00:00.000Z"}]',
    ],
    ["an error with toJSON", Object.assign(new Error("x"), { toJSON: () => "x" }), '"x"'],
    ["a Map with toJSON", Object.assign(new Map([[1, 2]]), { toJSON: () => [[1, 2]] }), "[[1,2]]"],
    ["a BigInt with toJSON", { id: Object.assign(Object(7n), { toJSON: () => "7" }) }, '{"id":"7"}'],
    ["a buffer, which has toJSON", Buffer.from("a"), '{"type":"Buffer","data":[97]}'],
    ["boxed values", [new Number(1), new String("a"), new Boolean(false)], '[1,"a",false]'],
    ["the same object twice", [shared, shared, { shared }], '[{"a":1},{"a":1},{"shared":{"a":1}}]'],
    ["a list with more members", "abc".match(/b/), '["b"]'],
    ["plain objects of another realm", runInNewContext("({ a: [{}] })"), '{"a":[{}]}'],
    ["a proxy", new Proxy({ a: [1] }, {}), '{"a":[1]}'],
    ["a member named __proto__", JSON.parse('{"__proto__":{"at":1},"a":[]}'), '{"__proto__":{"at":1},"a":[]}'],
    [
      "members like those of special objects",
      { thenable: 1, size: 2, stack: "s", message: "m", arrayBuffer: null, toJSON: 3 },
      '{"thenable":1,"size":2,"stack":"s","message":"m","arrayBuffer":null,"toJSON":3}',
    ],
    ["a toJSON that gives null", { a: { toJSON: () => null } }, '{"a":null}'],
    ["a toJSON that gives nothing, for a member", { a: Object.create({ toJSON: () => undefined }), b: 1 }, '{"b":1}'],
  ])("%s", (_what, result, text) => {
    expect(replyOfResult(result)).toEqual({ status: 200, headers: { "content-type": "application/json" }, body: text });
  });

  test("any JSON value, and its `toJSON` is called once", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        if (value === null) return;
        expect(replyOfResult(value).body).toBe(JSON.stringify(value));
        const keys: string[] = [];
        const dated = {
          toJSON: (key: string) => {
            keys.push(key);
            return value;
          },
        };
        expect(replyOfResult(Object.create({ ...dated })).body).toBe(JSON.stringify(value));
        expect(replyOfResult([0, Object.create({ ...dated })]).body).toBe(JSON.stringify([0, value]));
        expect(keys).toEqual(["", "1"]);
      }),
    );
  });
});

describe("a result that JSON would lose is an error, which names the place", () => {
  const losses: readonly (readonly [unknown, string])[] = [
    [
      Response.json({ status: "deny" }),
      "result is a Response: return raw(body, { contentType }) for a reply that is not JSON",
    ],
    [
      { csv: new Response("a;b") },
      "result.csv is a Response: return raw(body, { contentType }) for a reply that is not JSON",
    ],
    [new Blob(["a"]), "result is a Blob: return raw(body, { contentType }) for a reply that is not JSON"],
    [{ items: [1, 2, 3, { at: new Date(Number.NaN) }] }, "result.items[3].at is an invalid date"],
    [{ "a b": { 7: Number.NaN } }, 'result["a b"]["7"] is NaN'],
    [[Number.POSITIVE_INFINITY], "result[0] is Infinity"],
    [new Number(Number.NaN), "result is NaN"],
    [{ id: 7n }, "result.id is a BigInt: use a number or text"],
    [() => 1, "result is a function"],
    [{ run: () => 1 }, "result.run is a function"],
    [[Symbol("a")], "result[0] is a symbol"],
    [new Map([["a", 1]]), "result is a Map: use Object.fromEntries(map)"],
    [{ seen: [new Set([1])] }, "result.seen[0] is a Set: use [...set]"],
    [Object.assign(new Map(), { name: "m" }), "result is a Map: use Object.fromEntries(map)"],
    [{ error: new TypeError("x") }, "result.error is an Error: use a text, such as its message"],
    [Object.assign(new Error("x"), { code: "E1" }), "result is an Error: use a text, such as its message"],
    [runInNewContext("new Error('x')"), "result is an Error: use a text, such as its message"],
    [
      runInNewContext("new Map([[1, 2]])"),
      "result is an iterator or collection (Map): use a list, such as [...values]",
    ],
    [{ later: Promise.resolve(1) }, "result.later is a promise: await it"],
    [numbers(), "result is an iterator or collection (object): use a list, such as [...values]"],
    [
      new Map().values(),
      `result is an iterator or collection (${"Iterator" in globalThis ? "Iterator" : "Object"}): use a list, such as [...values]`,
    ],
    [stream(), "result is a stream or an async generator: read it, and use a list or text"],
    [new ReadableStream(), "result is a stream or an async generator: read it, and use a list or text"],
    [{ file: Readable.from(["a"]) }, "result.file is a stream or an async generator: read it, and use a list or text"],
    [new Uint8Array([1]), "result is a Uint8Array: use a list or text, or raw() for the whole result"],
    [
      { a: new DataView(new ArrayBuffer(1)) },
      "result.a is a DataView: use a list or text, or raw() for the whole result",
    ],
    [new ArrayBuffer(1), "result is an instance of ArrayBuffer, of which JSON would keep nothing: use a plain object"],
    [new Headers({ a: "b" }), "result is an iterator or collection (Headers): use a list, such as [...values]"],
    [
      new URLSearchParams("a=1"),
      "result is an iterator or collection (URLSearchParams): use a list, such as [...values]",
    ],
    [{ match: /a/ }, "result.match is an instance of RegExp, of which JSON would keep nothing: use a plain object"],
    [new WeakMap(), "result is an instance of WeakMap, of which JSON would keep nothing: use a plain object"],
    [[new Hidden()], "result[0] is an instance of Hidden, of which JSON would keep nothing: use a plain object"],
    [Object.create({ a: 1 }), "result is an instance of Object, of which JSON would keep nothing: use a plain object"],
    [{ [Symbol("a")]: 1 }, "result has only members that JSON leaves out, such as symbols"],
    [
      { a: Object.defineProperty({}, "b", { value: 1 }) },
      "result.a has only members that JSON leaves out, such as symbols",
    ],
    [Object(Symbol("a")), "result is an instance of Symbol, of which JSON would keep nothing: use a plain object"],
    [[1, undefined], "result[1] is undefined, which a list in JSON cannot hold: use null"],
    // biome-ignore lint/suspicious/noSparseArray: that is the case
    [[1, , 2], "result[1] is undefined, which a list in JSON cannot hold: use null"],
    [circular, "result.list[0].circular contains itself"],
    [deep, `result${".a".repeat(6)} … ${".a".repeat(6)} is nested more than 500 levels deep`],
    [
      {
        a: 1,
        get b() {
          throw new Error("no b");
        },
      },
      "result.b cannot be read: no b",
    ],
    [
      [
        {
          ok: { x: 1 },
          at: {
            toJSON() {
              throw new RangeError("bad");
            },
          },
        },
      ],
      "result[0].at cannot be read: bad",
    ],
    [{ a: { toJSON: () => ({ b: new Map() }) } }, "result.a.b is a Map: use Object.fromEntries(map)"],
    [
      { a: { toJSON: () => new Date(0) } },
      "result.a is an instance of Date, of which JSON would keep nothing: use a plain object",
    ],
    [Object.create({ toJSON: () => undefined }), "result is undefined after its toJSON was called"],
    [
      [Object.create({ toJSON: () => undefined })],
      "result[0] is undefined, which a list in JSON cannot hold: use null",
    ],
    [{ a: revoked.proxy }, "result.a cannot be read: Cannot perform 'get' on a proxy that has been revoked"],
    [{ ["x".repeat(1_000)]: 7n }, `result["${"x".repeat(60)}"] is a BigInt: use a number or text`],
    [
      { csv: raw("a", { contentType: "text/csv" }) },
      "result.csv cannot be read: raw() must be the whole result, not a part of it",
    ],
    [
      { ...raw("a", { contentType: "text/csv" }), status: 999 },
      "result cannot be sent: raw() needs a status of 2xx, 4xx or 5xx, but not 204 or 205, which have no body.",
    ],
  ];
  test.each(losses.map(([result, message]) => ({ message, give: () => result })))("$message", ({ message, give }) => {
    expect(() => replyOfResult(give())).toThrow(new ResultError(message));
  });
});
