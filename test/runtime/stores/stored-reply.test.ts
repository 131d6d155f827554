import { expect, test } from "vitest";
import { replyOfStored, storedFormOf } from "../../../runtime/stores/stored-reply.js";

const json = { "content-type": "application/json" };
const csv = { "content-type": "text/csv", "x-content-type-options": "nosniff" };
const rest = { subject: "issue.created\n", keepUntil: 1 };

test.each([
  ["JSON", { status: 200, body: "{}", headers: json }, { status: 200, body: "{}" }],
  ["text", { status: 404, body: "ü", headers: csv }, { status: 404, body: "ü", contentType: "text/csv" }],
  [
    "bytes",
    { status: 200, body: Uint8Array.of(0, 255, 10), headers: csv },
    { status: 200, body: "AP8K", encoding: "base64", contentType: "text/csv" },
  ],
  [
    "no bytes",
    { status: 200, body: new Uint8Array(), headers: csv },
    { status: 200, body: "", encoding: "base64", contentType: "text/csv" },
  ],
])("%s is the same after it was stored as plain JSON", (_what, reply, stored) => {
  expect(storedFormOf(reply)).toEqual(stored);
  expect(replyOfStored({ ...JSON.parse(JSON.stringify(stored)), ...rest })).toEqual(reply);
});
