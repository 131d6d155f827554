import { expect, test } from "vitest";
import { KiketError, type RawOptions, raw } from "../../../runtime/index.js";

test("a raw reply is plain data, and its status is 200 unless one is given", () => {
  const csv = raw("a;b", { contentType: "text/csv" });
  expect(csv).toMatchObject({ status: 200, contentType: "text/csv", body: "a;b" });
  expect(Object.isFrozen(csv)).toBe(true);
  expect(raw("", { contentType: "text/csv", status: 422 }).status).toBe(422);
});

test.each([
  "text/csv",
  "text/csv; charset=utf-8",
  "text/csv;charset=utf-8",
  'text/plain; charset="utf-8"; format=flowed',
  "application/vnd.ms-excel.sheet.macroEnabled.12",
  "image/svg+xml",
])("the content type %s is accepted", (contentType) => {
  expect(raw("", { contentType }).contentType).toBe(contentType);
});

test.each([
  [""],
  ["csv"],
  ["text/"],
  ["text/csv\r\nSet-Cookie: a=1"],
  ["text/csv\nx"],
  ["text/csv\n"],
  ["text/csv; charset=utf-8\u0000"],
  ["text/csv; a=ü"],
  ['text/csv; a="b\r\nc"'],
  ["text/csv, text/html"],
  [" text/csv"],
  ["text /csv"],
  ["text/csv; "],
  [`text/${"c".repeat(300)}`],
  [undefined],
  [["text/csv"]],
])("the content type %j is refused", (contentType) => {
  const options = { contentType } as RawOptions;
  expect(() => raw("", options)).toThrow(
    new KiketError('raw() needs a content type such as "text/csv; charset=utf-8".'),
  );
});

test.each([0, 100, 101, 199, 204, 205, 300, 302, 304, 399, 600, 200.5, Number.NaN, "200", null])(
  "the status %s is refused",
  (status) => {
    const options = { contentType: "text/csv", status } as RawOptions;
    expect(() => raw("", options)).toThrow(
      new KiketError("raw() needs a status of 2xx, 4xx or 5xx, but not 204 or 205, which have no body."),
    );
  },
);

test.each([[undefined], [null], [1], [{}], [[1]], [new ArrayBuffer(1)], [new Uint16Array(1)]])(
  "the body %o is refused",
  (body) => {
    expect(() => raw(body as string, { contentType: "text/csv" })).toThrow(
      new KiketError("raw() needs a body that is a string or a Uint8Array."),
    );
  },
);
