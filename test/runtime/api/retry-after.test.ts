import { expect, test } from "vitest";
import { parseRetryAfter } from "../../../runtime/api/retry-after.js";
import { createScript, createSession } from "../../support/session.js";

const now = Date.UTC(2026, 2, 2, 8, 25, 4);

test.each([
  ["0", 0],
  ["120", 120],
  [" 7 ", 7],
  ["99999999999999999999999", 2_147_483_648],
  ["Mon, 02 Mar 2026 08:25:11 GMT", 7],
  ["Mon, 02 Mar 2020 08:25:11 GMT", 0],
  ["Monday, 02-Mar-26 08:25:11 GMT", 7],
  ["Wednesday, 04-Mar-26 08:25:04 GMT", 172_800],
  ["Sunday, 06-Nov-94 08:49:37 GMT", 0],
  ["Mon Mar  2 08:25:11 2026", 7],
  ["Sun Nov  6 08:49:37 1994", 0],
])("%j asks for %i s", (header, seconds) => {
  expect(parseRetryAfter(header, now)).toBe(seconds);
});

test.each([
  [null],
  [""],
  ["-5"],
  ["+5"],
  ["1.5"],
  ["1e3"],
  ["5, 5"],
  ["5s"],
  ["soon"],
  ["soon 5"],
  ["Invalid Date"],
  ["Wed Oct 21"],
  ["Wed, 21 Oct"],
  ["2026-03-02T08:25:11Z"],
  ["Mon, 2 Mar 2026 08:25:11 GMT"],
  ["Mon, 02 Mar 2026 08:25:11"],
  ["Mon, 02 Mar 2026 08:25:11 +0000"],
  ["Mon, 02 Mar 2026 08:25:11 EST"],
  ["Tue, 02 Mar 2026 08:25:11 GMT"],
  ["Tue, 31 Feb 2026 08:25:11 GMT"],
  ["mon, 02 mar 2026 08:25:11 gmt"],
  ["Monday, 31-Feb-26 08:25:11 GMT"],
  ["Mon Mar 2 08:25:11 2026"],
])("%j is ignored", (header) => {
  expect(parseRetryAfter(header, now)).toBeUndefined();
});

test.each([["soon 5"], ["Wed Oct 21"]])(
  "a call that is answered %j is tried again after the usual pause",
  async (header) => {
    const busy = { status: 503, body: {}, headers: { "retry-after": header } };
    const { api, waits } = createSession(createScript(busy, busy, { status: 200, body: {} }));
    await api.GET("/api/v1/ext/rate_limit");
    expect(waits).toEqual([500, 1000]);
  },
);
