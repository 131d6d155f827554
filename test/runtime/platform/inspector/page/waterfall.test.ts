import { expect, it } from "vitest";
import type { AttemptRecord } from "../../../../../runtime/platform/inspector/delivery-record.js";
import {
  fineDuration,
  placeIn,
  type WaterfallRow,
  waterfallOf,
} from "../../../../../runtime/platform/inspector/page/state/details/waterfall.js";
import { findings } from "../../../../support/axe.js";
import { describeInChromium } from "../../../../support/chromium.js";
import { attempt, createStandInBackend, record } from "../../../../support/inspector-backend.js";
import { expectTexts, pagesIn, pageToken } from "./open-page.js";

const at = 1_764_000_000_000;
const stages = [
  { name: "body", at: at + 1.2, ms: 0.3 },
  { name: "verify", at: at + 1.5, ms: 2.1 },
  { name: "route", at: at + 3.6, ms: 0.02 },
  { name: "begin", at: at + 3.62, ms: 0.4 },
  { name: "handler", at: at + 4.02, ms: 40 },
  { name: "settings", at: at + 5, ms: 0.1 },
  { name: "reply", at: at + 44.02, ms: 0.2 },
  { name: "finish", at: at + 44.22, ms: 0.5 },
];
const read = {
  ...{ operationId: "listIssues", method: "GET", path: "/api/v1/ext/issues", query: { status: "open" } },
  ...{ status: 200, answer: { issues: [] }, at: at + 7, ms: 8 },
};
const write = {
  ...{ operationId: "createComment", method: "POST", path: "/api/v1/ext/issues/7/comments", query: {} },
  ...{ status: 422, body: { body: "Hi" }, answer: { error: "no" }, at: at + 18, ms: 20 },
};
const whole = attempt({
  ...{ at, ms: 46, stages, calls: [read, write] },
  logs: [
    { at: at + 16, level: "warn", message: "one is open", fields: {} },
    { at: at + 60, level: "info", message: "A delivery was handled", fields: {} },
  ],
});

const outline = (rows: readonly WaterfallRow[]): unknown[] =>
  rows.flatMap(({ name, parts }) => (parts.length === 0 ? [name] : [name, outline(parts)]));
const outlineOf = (members: Partial<AttemptRecord>) => outline(waterfallOf({ ...whole, ...members }, at + 100).rows);

it("puts calls and what was resolved into the stage in which they happened", () => {
  expect(outlineOf({})).toEqual([
    ...["Body", "Proof of origin", "Version and scopes", "Store: begin", "Handler"],
    ["Settings", "listIssues", "createComment"],
    ...["Making the reply", "Store: finish"],
  ]);
  // The clock of calls has whole milliseconds.
  expect(outlineOf({ calls: [{ ...read, at: at + 3 }] })).toContainEqual(["listIssues", "Settings"]);
  expect(outlineOf({ calls: [{ ...read, at: at + 80 }] }).at(-1)).toBe("listIssues");
  expect(outlineOf({ stages: undefined as never })).toEqual(["listIssues", "createComment"]);
  const adapter = [
    { name: "normalize", at: at + 2, ms: 1 },
    { name: "submit", at: at + 3, ms: 9 },
  ];
  const calls = [
    { ...read, operationId: "claimRawEvents", at: at - 4, ms: 2 },
    { ...write, operationId: "submitRawEvent", at: at + 5, ms: 3 },
  ];
  expect(outlineOf({ stages: adapter, calls })).toEqual([
    "claimRawEvents",
    "Normalizer",
    "Submission",
    ["submitRawEvent"],
  ]);
});

it("counts what is outside of the stages, and lasts until the last thing that happened", () => {
  expect(waterfallOf(whole, at + 100)).toMatchObject({ ms: 46, isRunning: false });
  expect(waterfallOf(whole, 0).elsewhere).toBeCloseTo(2.48);
  expect(waterfallOf({ ...whole, calls: [{ ...write, at: at + 50, ms: 10 }] }, 0).ms).toBe(60);
  // A line that was written after the reply is at its end.
  expect(waterfallOf(whole, 0).marks.map(({ from }) => from)).toEqual([16, 46]);
  const { ms: _, stages: __, ...running } = whole;
  expect(waterfallOf(running, at + 500)).toMatchObject({ ms: 500, isRunning: true, elsewhere: undefined });
  // A clock that was set back.
  expect(waterfallOf({ ...running, calls: [], logs: [] }, at - 5).ms).toBe(0);
});

it("ends an attempt that was cut off with the command where the last is known of it", () => {
  const { ms: _, reply: __, ...begun } = whole;
  const cut = { ...begun, stages: [], error: "kiket-gen dev ended before there was a reply" };
  const waterfall = waterfallOf(cut, at + 3_600_000);
  expect([waterfall.isRunning, waterfall.ms, waterfall.elsewhere]).toEqual([false, 60, undefined]);
  expect(waterfallOf({ ...cut, logs: [], calls: [] }, at + 3_600_000).ms).toBe(0);
});

it("draws nothing outside of the bar", () => {
  expect(placeIn(46, { from: 23, ms: 11.5 })).toEqual({ left: "50%", width: "25%" });
  expect(placeIn(10, { from: -1, ms: 20 })).toEqual({ left: "0%", width: "100%" });
  expect(placeIn(0, { from: 0, ms: 0 })).toEqual({ left: "0%", width: "0%" });
  expect([0.02, 0.34, 9.96, 12.3].map(fineDuration)).toEqual(["<0.1 ms", "0.3 ms", "10 ms", "12 ms"]);
});

describeInChromium("the waterfall of an attempt", (open) => {
  const openPage = pagesIn(open);

  it("has the numbers of each stage and call, in order, and a bar for each", async () => {
    const { page } = await openPage({ backend: createStandInBackend([record("dlv_1", { attempts: [whole] })]) });
    await expectTexts(page, ".waterfall-row", [
      "Request to reply 46 ms",
      "Body after +1.2 ms for 0.3 ms",
      "Proof of origin after +1.5 ms for 2.1 ms",
      "Version and scopes after +3.6 ms for <0.1 ms",
      "Store: begin after +3.6 ms for 0.4 ms",
      "Handler after +4 ms for 40 ms",
      "Settings after +5 ms for 0.1 ms",
      "listIssues GET /api/v1/ext/issues 200 after +7 ms for 8 ms",
      "createComment POST /api/v1/ext/issues/7/comments 422 after +18 ms for 20 ms",
      "Making the reply after +44 ms for 0.2 ms",
      "Store: finish after +44 ms for 0.5 ms",
    ]);
    const inHandler = page.getByRole("list", { name: "During Handler" }).getByRole("listitem");
    expect(await inHandler.count()).toBe(3);
    await page.getByText("2.5 ms of it are outside of these stages").waitFor();
    const bars = page.locator(".waterfall .bar-part");
    const [all, handler] = await Promise.all([bars.nth(0).boundingBox(), bars.nth(5).boundingBox()]);
    expect((handler?.width ?? 0) / (all?.width ?? 1)).toBeCloseTo(40 / 46, 1);
    expect(await page.locator(".mark").count()).toBe(2);
    expect(await page.locator(".mark-warn").getAttribute("title")).toBe("+16 ms warn one is open");
    await expectTexts(page, ".logs .quiet:first-of-type", ["+16 ms", "+60 ms"]);
  });

  it("opens the request and the answer of a call by keyboard", async () => {
    const { page } = await openPage({ backend: createStandInBackend([record("dlv_1", { attempts: [whole] })]) });
    await page.locator(".call summary").nth(1).focus();
    await page.keyboard.press("Enter");
    await page.locator(".call").nth(1).getByRole("group", { name: "request" }).getByText('"Hi"').waitFor();
    await page.locator(".call").nth(1).getByRole("group", { name: "answer" }).getByText('"no"').waitFor();
  });

  it("grows while the attempt runs, and shows each call as it comes", async () => {
    const {
      ms: _,
      reply: __,
      verdict: ___,
      stages: ____,
      ...begun
    } = { ...whole, at: Date.now(), calls: [], logs: [] };
    const running = record("dlv_1", { state: "running", createdAt: Date.now(), attempts: [begun] });
    const backend = createStandInBackend([running]);
    const { page } = await openPage({ backend });
    const total = page.locator(".waterfall-whole .ms");
    await page.getByText("Runs, so far").waitFor();
    const before = await total.innerText();
    await expect.poll(() => total.innerText()).not.toBe(before);
    await expectTexts(page, ".call summary", []);
    backend.replace({ ...running, attempts: [{ ...begun, calls: [{ ...read, at: Date.now() }] }] });
    backend.tell({ kind: "progress", id: "dlv_1" });
    await expectTexts(page, ".call summary", [/^listIssues GET \S+ 200 after \+\S+ m?s for 8 ms$/]);
    await page.getByText("The extension has not answered yet.").waitFor();
  });

  it("shows an attempt that was cut off with the command as one that has ended", async () => {
    const { ms: _, reply: __, verdict: ___, ...begun } = attempt({ at, error: "kiket-gen dev ended before a reply" });
    const attempts = [begun, attempt({ number: 2, at: at + 9_000 })];
    const { page } = await openPage({
      backend: createStandInBackend([record("dlv_1", { attempts })]),
      address: `#token=${pageToken}&delivery=dlv_1&attempt=1`,
    });
    await expectTexts(page, ".waterfall-whole .row-name", ["Request to the last that is known"]);
    await expectTexts(page, "[aria-label=Attempts] .status", ["no reply", "200"]);
    await expectTexts(page, ".attempt-line .status", ["no reply", "200"]);
  });

  it("says why there are no stages, and has no text of the program as markup", async () => {
    const { stages: _, ...untold } = whole;
    const odd = { name: "<img src=x>", at: at + 1, ms: 1 };
    const [first, second] = [
      record("dlv_1", { attempts: [untold] }),
      record("dlv_2", { attempts: [{ ...whole, stages: [odd] }] }),
    ];
    const { page } = await openPage({
      backend: createStandInBackend([first, second]),
      address: "#token=0123456789abcdef0123456789abcdef&delivery=dlv_1",
    });
    await page.locator("#delivery-dlv_1").click();
    await page.getByText("The extension has not told its stages.").waitFor();
    await page.locator("#delivery-dlv_2").click();
    await page.getByText("<img src=x>", { exact: true }).waitFor();
    expect(await page.locator(".waterfall img").count()).toBe(0);
  });

  it.each([
    { colorScheme: "light" as const, viewport: { width: 1280, height: 800 } },
    { colorScheme: "dark" as const, viewport: { width: 400, height: 800 }, reducedMotion: "reduce" as const },
  ])("has no problems that axe finds, and nothing wider than the window: $colorScheme", async (options) => {
    const { page } = await openPage({
      backend: createStandInBackend([record("dlv_1", { attempts: [whole] })]),
      ...options,
    });
    await page.locator(".delivery-line").click();
    await page.locator(".call summary").first().click();
    expect(await findings(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    expect(
      await page.evaluate(
        "(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth)(document.querySelector('.details'))",
      ),
    ).toBe(true);
  });
});
