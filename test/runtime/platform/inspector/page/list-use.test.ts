import { expect, it } from "vitest";
import { findings } from "../../../../support/axe.js";
import { describeInChromium } from "../../../../support/chromium.js";
import { attempt, createStandInBackend, record, type StandInBackend } from "../../../../support/inspector-backend.js";
import { expectTexts, pagesIn } from "./open-page.js";

const start = 1_764_000_000_000;
const refused = attempt({ reply: { status: 500, headers: {}, body: "boom" }, error: "the printer is jammed" });
const { verdict: _, ...failed } = refused;
const retried = [
  { ...failed, at: start + 20_000 },
  { ...failed, number: 2, at: start + 20_512, build: 2 },
];

/** Four deliveries of three kinds, served by two builds; one is to be repeated. */
function backendWithKinds(): StandInBackend {
  const backend = createStandInBackend([
    record("dlv_1"),
    record("dlv_2", {
      ...{
        event: "comment.created",
        version: "v2",
        createdAt: start + 10_000,
        payload: { comment: { body: "Ünique" } },
      },
      attempts: [attempt({ verdict: "deny" })],
    }),
    record("dlv_3", {
      ...{ state: "retrying", createdAt: start + 20_000, attempts: retried },
      next: { at: start + 25_524, schedule: 300_000 },
    }),
    record("dlv_4", { createdAt: start + 30_000, attempts: [attempt({ build: 2 })] }),
  ]);
  const builds = [
    { number: 1, at: start - 1_000, reason: "start", ms: 212 },
    { number: 2, at: start + 15_000, reason: "src/a.ts changed", ms: 90 },
  ];
  backend.become({ running: 2, builds });
  return backend;
}

const lines = ".timeline .line";
const selectedId = "[aria-selected=true]";

describeInChromium("the list of the inspector's page", (open) => {
  const openPage = pagesIn(open);

  it("is reduced by a search in the line and in the payload, says how many fit, and marks what was found", async () => {
    const { page, url } = await openPage({ backend: backendWithKinds() });
    await expectTexts(page, ".count", ["4 deliveries"]);
    await page.keyboard.press("/");
    await expect.poll(() => page.evaluate("document.activeElement?.id")).toBe("search");
    await page.keyboard.type("ünIQUE");
    await expectTexts(page, ".delivery-line", [
      /comment\.created v2 200 deny 12 ms delivered build #1 comment\.body: Ünique$/,
    ]);
    await expectTexts(page, ".delivery-line mark", ["Ünique"]);
    await expectTexts(page, ".count", ["1 of 4 deliveries"]);
    await expectTexts(page, "[role=status]", ["1 of 4 deliveries"]);
    await expect.poll(() => page.url()).toBe(`${url}/#search=%C3%BCnIQUE`);
    expect(await page.locator(selectedId).getAttribute("id")).toBe("delivery-dlv_2");
    await page.reload();
    await expectTexts(page, ".delivery-line mark", ["Ünique"]);
    await page.getByRole("searchbox").fill("jammed");
    await expectTexts(page, ".delivery-line .hit", ["the printer is jammed"]);
    await page.getByRole("searchbox").fill("created");
    await expectTexts(page, ".delivery-line mark", ["created", "created", "created", "created"]);
    await page.getByRole("searchbox").fill("dlv_4");
    await expectTexts(page, ".delivery-line .hit", ["dlv_4"]);
    await page.getByRole("searchbox").fill("no such thing");
    await page.getByText("No delivery fits the filter.", { exact: false }).first().waitFor();
    await page.getByRole("heading", { name: "No delivery fits the filter" }).waitFor();
    await page.getByRole("searchbox").press("Escape");
    await expectTexts(page, ".count", ["4 deliveries"]);
    await expect.poll(() => page.evaluate("document.activeElement?.id")).toBe("timeline");
    await expect.poll(() => page.url()).toBe(`${url}/`);
  });

  it.each([".", "..", "ж".repeat(150), "50%  +"])("finds what is of few letters, or of many: %s", async (text) => {
    const { page, url, backend } = await openPage({ backend: backendWithKinds() });
    backend.put(record("dlv_5", { createdAt: start + 40_000, payload: { note: `<${text}>` } }));
    await expectTexts(page, ".count", ["5 deliveries"]);
    await page.getByRole("searchbox").fill(text);
    await expectTexts(page, "#delivery-dlv_5 .hit", [/^note: </]);
    await page.goto(`${url}/#search=${encodeURIComponent(text)}&type=x`);
    await expectTexts(page, "#delivery-dlv_5 .hit", [/^note: </]);
  });

  it("ends a search that takes longer than the next delivery", async () => {
    const { page, backend } = await openPage({ backend: backendWithKinds() });
    await page.route("**/api/search*", async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 600));
      await route.continue().catch(() => {});
    });
    await page.getByRole("searchbox").fill("unique");
    let count = 0;
    const arrivals = setInterval(() => {
      count += 1;
      const payload = { note: `unique ${count}` };
      backend.put(record(`dlv_more_${count}`, { createdAt: start + 50_000 + count, payload }));
    }, 50);
    try {
      await page.locator("#delivery-dlv_more_1").waitFor();
    } finally {
      clearInterval(arrivals);
    }
    // The last one is found too.
    await page.locator(`#delivery-dlv_more_${count}`).waitFor();
  });

  it("says that nothing fits, also when the search has failed", async () => {
    const { page } = await openPage({ backend: backendWithKinds(), complaints: /500/ });
    await page.route("**/api/search*", (route) => route.fulfill({ status: 500, json: { error: "broken" } }));
    await page.getByRole("searchbox").fill("no such text");
    await page.getByText("No delivery fits the filter.").waitFor();
  });

  it("finds in new deliveries too, and shows text of a search as text", async () => {
    const { page, backend } = await openPage({ backend: backendWithKinds(), address: "" });
    const hostile = "<img src=x onerror=alert(1)>.*[";
    await page.goto(`${page.url()}#token=${"0123456789abcdef0123456789abcdef"}`);
    await page.getByRole("searchbox").fill(hostile);
    await page.getByRole("heading", { name: "No delivery fits the filter" }).waitFor();
    backend.put(record("dlv_5", { createdAt: start + 40_000, payload: { issue: { title: `see ${hostile}` } } }));
    await expectTexts(page, ".delivery-line .hit", [`issue.title: see ${hostile}`]);
    await expectTexts(page, ".delivery-line mark", [hostile]);
    expect(await page.locator("#page img").count()).toBe(0);
  });

  it("is reduced by state, verdict, event and build, and keeps that in the address", async () => {
    const { page, url } = await openPage({ backend: backendWithKinds() });
    const choose = (label: string, option: string) => page.getByRole("combobox", { name: label }).selectOption(option);
    await choose("Filter by outcome", "retrying");
    await expectTexts(page, ".delivery-line .state", ["retrying"]);
    await choose("Filter by outcome", "verdict deny");
    await expectTexts(page, ".delivery-line .verdict", ["deny"]);
    await choose("Filter by outcome", "Any outcome");
    await choose("Filter by type", "issue.created");
    await choose("Filter by build", "build 1");
    // The delivery that was repeated was sent to build 1 first.
    await expectTexts(page, ".count", ["2 of 4 deliveries"]);
    await expect.poll(() => page.url()).toBe(`${url}/#event=issue.created&in-build=1`);
    await page.locator("#delivery-dlv_1").click();
    await expect.poll(() => page.url()).toBe(`${url}/#delivery=dlv_1&event=issue.created&in-build=1`);
    // First to the newest, then all.
    await page.keyboard.press("Escape");
    await expect.poll(() => page.url()).toBe(`${url}/#event=issue.created&in-build=1`);
    await page.keyboard.press("Escape");
    await expect.poll(() => page.url()).toBe(`${url}/`);
    await expectTexts(page, ".count", ["4 deliveries"]);
  });

  it("selects what was replayed also if the filter leaves it out", async () => {
    const { page, backend } = await openPage({ backend: backendWithKinds() });
    await page.getByRole("combobox", { name: "Filter by outcome" }).selectOption("retrying");
    await page.locator("#delivery-dlv_3[aria-selected=true]").waitFor();
    const before = backend.delivery("dlv_3");
    const replay = { ...record("dlv_9", { origin: "replay", replayOf: "dlv_3", createdAt: start + 50_000 }) };
    backend.replay = async () => {
      backend.put(replay);
      return replay;
    };
    expect(before?.state).toBe("retrying");
    await page.keyboard.press("r");
    await page.locator("#delivery-dlv_9[aria-selected=true]").waitFor();
    await expectTexts(page, ".delivery-line", [/delivered build #1 outside the filter$/, /retrying build #2$/]);
    await expectTexts(page, ".count", ["1 of 5 deliveries"]);
  });

  it("shows the attempts of a delivery as a group, with those that are due, by the keys of a tree", async () => {
    const { page, url } = await openPage({ backend: backendWithKinds() });
    const active = () => page.getByRole("tree").getAttribute("aria-activedescendant");
    await page.locator("#delivery-dlv_3").click();
    const group = page.locator("#delivery-dlv_3");
    expect(await group.getAttribute("aria-expanded")).toBe("false");
    await page.getByRole("tree").focus();
    await page.keyboard.press("ArrowRight");
    await expectTexts(page, ":is(.attempt-line, .due-line)", [
      /attempt 1 500 12 ms build #1$/,
      /attempt 2 after 500 ms, on Kiket 30 s 500 12 ms build #2$/,
      /attempt 3 after 5 s, on Kiket 5 min due$/,
      /attempt 4 after 30 s, on Kiket 30 min due$/,
    ]);
    const levels = await page
      .locator(":is(.attempt-line, .due-line)")
      .evaluateAll((all) =>
        all.map((one) => ["level", "posinset", "setsize"].map((name) => one.getAttribute(`aria-${name}`))),
      );
    expect(levels).toEqual([
      ["2", "1", "4"],
      ["2", "2", "4"],
      ["2", "3", "4"],
      ["2", "4", "4"],
    ]);
    expect(await group.getAttribute("aria-setsize")).toBe("6");
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => page.url()).toBe(`${url}/#delivery=dlv_3&attempt=1`);
    expect(await page.locator(".attempts [aria-pressed=true]").innerText()).toMatch(/500 12 ms #1$/);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await expect.poll(active).toBe("due-dlv_3-3");
    await expect.poll(() => page.url()).toBe(`${url}/#delivery=dlv_3`);
    await page.keyboard.press("ArrowLeft");
    await expect.poll(active).toBe("delivery-dlv_3");
    await page.keyboard.press("ArrowLeft");
    await expectTexts(page, ":is(.attempt-line, .due-line)", []);
    await expect.poll(() => group.getAttribute("aria-expanded")).toBe("false");
    await page.locator("#delivery-dlv_3 .twisty").click();
    expect(await page.locator(".attempt-line").count()).toBe(2);
  });

  it("opens by a link to an attempt or a build, and says what is no longer there", async () => {
    const { page, url } = await openPage({
      ...{ backend: backendWithKinds(), complaints: /404/, permissions: ["clipboard-read", "clipboard-write"] },
      address: "#token=0123456789abcdef0123456789abcdef&delivery=dlv_3&attempt=1",
    });
    await page.locator("#attempt-dlv_3-1[aria-selected=true]").waitFor();
    await expect.poll(() => page.url()).toBe(`${url}/#delivery=dlv_3&attempt=1`);
    expect(await page.locator(".attempts [aria-pressed=true]").innerText()).toMatch(/500 12 ms #1$/);
    await page.getByRole("button", { name: "Copy link" }).click();
    await page.getByRole("button", { name: "Copied to this" }).waitFor();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(`${url}/#delivery=dlv_3&attempt=1`);
    await page.goto(`${url}/#delivery=dlv_3&attempt=7`);
    await page.getByText("There is no attempt 7: this is the last one.").waitFor();
    await page.goto(`${url}/#build=2`);
    await page.getByText("2 deliveries were sent to it.").waitFor();
    await page.getByRole("button", { name: "Show them" }).click();
    await expectTexts(page, ".count", ["2 of 4 deliveries"]);
    await page.goto(`${url}/#build=9`);
    await page.getByRole("heading", { name: "There is no build 9 in this run" }).waitFor();
    await page.goto(`${url}/#delivery=dlv_gone`);
    await page.getByText("There is no delivery with this id. Older ones may have been removed.").waitFor();
    expect(await page.locator("h2").innerText()).toBe("This delivery cannot be shown");
  });

  it("draws which build served a delivery", async () => {
    const { page } = await openPage({ backend: backendWithKinds() });
    await page.locator("#delivery-dlv_4").waitFor();
    const rails = await page
      .locator(lines)
      .evaluateAll((all) => all.map((one) => `${one.id} ${one.getAttribute("data-rail")}`));
    expect(rails).toEqual([
      "delivery-dlv_4 even",
      "delivery-dlv_3 even",
      "build-2 even",
      "delivery-dlv_2 odd",
      "delivery-dlv_1 odd",
      "build-1 odd",
    ]);
  });

  it.each([
    ["a list that scrolls", 200],
    ["a list that does not", 3],
  ])("moves nothing that is read when others arrive, and counts them: %s", async (_what, count) => {
    const many = Array.from({ length: count }, (_, index) =>
      record(`dlv_${index}`, { createdAt: start + index * 1_000 }),
    );
    const { page, backend, url } = await openPage({ backend: createStandInBackend(many) });
    const line = page.locator(`#delivery-dlv_${count - 2}`);
    await line.click();
    const before = await line.boundingBox();
    for (let index = 0; index < 3; index += 1) {
      backend.put(record(`dlv_new_${index}`, { createdAt: start + 2_000_000 + index }));
    }
    const button = page.getByRole("button", { name: "3 new" });
    await button.waitFor();
    expect((await line.boundingBox())?.y).toBe(before?.y);
    await expect.poll(() => page.url()).toBe(`${url}/#delivery=dlv_${count - 2}`);
    await button.click();
    await page.locator("#delivery-dlv_new_2[aria-selected=true]").waitFor();
    expect(await page.getByRole("tree").evaluate((box) => box.scrollTop)).toBe(0);
    await expect.poll(() => button.count()).toBe(0);
    expect(await page.evaluate("document.activeElement?.id")).toBe("timeline");
    // It follows again.
    backend.put(record("dlv_last", { createdAt: start + 3_000_000 }));
    await page.locator("#delivery-dlv_last[aria-selected=true]").waitFor();
    expect(await page.getByRole("button", { name: /new$/ }).count()).toBe(0);
  });

  it.each([
    ["light", 1280],
    ["dark", 1280],
    ["dark", 400],
  ] as const)("has no accessibility problems that axe finds: %s, %i px wide", async (colorScheme, width) => {
    const { page, backend } = await openPage({
      backend: backendWithKinds(),
      ...{ colorScheme, viewport: { width, height: 800 } },
    });
    await page.locator("#delivery-dlv_4").waitFor();
    await page.getByRole("tree").focus();
    await page.keyboard.press("j");
    await page.keyboard.press("ArrowRight");
    await page.locator(".due-line").first().waitFor();
    backend.put(record("dlv_5", { createdAt: start + 40_000 }));
    await page.getByRole("button", { name: "1 new" }).waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByRole("searchbox").fill("printer");
    await page.locator("mark").first().waitFor();
    expect(await findings(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
  });
});
