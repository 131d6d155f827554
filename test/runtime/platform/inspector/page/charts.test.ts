import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { findings } from "../../../../support/axe.js";
import { describeInChromium } from "../../../../support/chromium.js";
import { attempt, createStandInBackend, record } from "../../../../support/inspector-backend.js";
import { expectTexts, pagesIn } from "./open-page.js";

const states = ["delivered", "delivered", "refused", "failed", "retrying"] as const;
const recent = (count: number) =>
  Array.from({ length: count }, (_, index) => {
    const [createdAt, state] = [Date.now() - index * 60_000, states[index % states.length] ?? "delivered"];
    const event = index === 0 ? "case.created" : "issue.created";
    return record(`dlv_${index}`, { createdAt, state, event, attempts: [attempt({ at: createdAt, ms: 10 + index })] });
  });
const address = (of: string) => `#view=charts&of=${encodeURIComponent(of)}`;

/** How many different colours a chart has, and whether they are drawn at all. */
const coloursIn = (page: Page, index: number): Promise<number> =>
  page.evaluate(`(() => {
    const canvas = document.querySelectorAll(".chart canvas")[${index}];
    if (canvas === undefined) return 0;
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const colours = new Set();
    for (let at = 0; at < data.length; at += 4) if (data[at + 3] === 255) colours.add(data[at] + " " + data[at + 1] + " " + data[at + 2]);
    return colours.size;
  })()`);

describeInChromium("the charts", (open) => {
  const openPage = pagesIn(open);
  const openCharts = async (of: string, options: Parameters<typeof openPage>[0] = {}) => {
    const opened = await openPage(options);
    await opened.page.getByText("live", { exact: true }).waitFor();
    await opened.page.goto(`${opened.url}/${address(of)}`);
    await opened.page.getByRole("heading", { name: "Charts" }).waitFor();
    return opened;
  };

  it("are drawn under the policy of the server, from a script of their own, each with its table", async () => {
    const scripts: string[] = [];
    const opened = await openPage({ backend: createStandInBackend(recent(10)) });
    const { page } = opened;
    page.on("request", (request) => scripts.push(new URL(request.url()).pathname));
    await page.getByText("live", { exact: true }).waitFor();
    await page.getByRole("link", { name: "Charts" }).click();
    await expect.poll(() => page.url()).toContain("#view=charts");
    await expect.poll(() => page.evaluate("document.activeElement?.id")).toBe("view-title");
    await page.locator(".chart canvas").nth(1).waitFor();
    expect(scripts).toContain("/assets/drawing.js");
    await expect.poll(() => coloursIn(page, 0)).toBeGreaterThan(4);
    await expect.poll(() => coloursIn(page, 1)).toBeGreaterThan(2);
    await page.getByText("10 deliveries in this time: 4 delivered, 2 retrying, 2 refused, 2 failed.").waitFor();
    await page.getByText("Table of outcomes over time").first().click();
    const outcomes = page.getByRole("table", { name: "Outcomes over time" });
    expect(await outcomes.getByRole("columnheader").allInnerTexts()).toEqual([
      "From",
      "delivered",
      "retrying",
      "refused",
      "failed",
    ]);
    const cells = await outcomes.getByRole("cell").allInnerTexts();
    expect(cells.reduce((sum, cell) => sum + Number(cell), 0)).toBe(10);
    await page.getByText("Table of latency over time").first().click();
    const latency = page.getByRole("table", { name: "Latency over time" });
    expect(await latency.getByRole("cell").first().innerText()).toMatch(/^\d+ ms$/);
  });

  it("show the time and event of the address, and put a choice there", async () => {
    const { page, url } = await openCharts("15m case.created", { backend: createStandInBackend(recent(30)) });
    await page.getByText("1 delivery in this time: 1 delivered.").waitFor();
    expect(await page.getByRole("combobox", { name: "Time" }).inputValue()).toBe("15m");
    await page.getByRole("combobox", { name: "Event" }).selectOption("issue.created");
    await page.getByRole("combobox", { name: "Time" }).selectOption("1 hour");
    await expect.poll(() => page.url()).toBe(`${url}/${address("1h issue.created")}`);
    await page.getByText("29 deliveries in this time").waitFor();
  });

  it("follow what is delivered, and a window that changes its width", async () => {
    const { page, backend } = await openCharts("5m");
    await page.getByText("No deliveries yet.").waitFor();
    backend.put(record("dlv_new", { createdAt: Date.now() }));
    await page.getByText("1 delivery in this time: 1 delivered.").waitFor();
    const width = async () => (await page.locator(".chart canvas").first().boundingBox())?.width ?? 0;
    await expect.poll(width).toBeGreaterThan(600);
    await page.setViewportSize({ width: 400, height: 800 });
    await expect.poll(width).toBeLessThan(400);
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  });

  it("say when their script cannot be loaded: the tables stay", async () => {
    const opened = await openPage({
      backend: createStandInBackend(recent(5)),
      complaints: /drawing\.js|Failed to load/,
    });
    const { page } = opened;
    await page.route("**/assets/drawing.js", (route) => route.abort());
    await page.getByText("live", { exact: true }).waitFor();
    await page.getByRole("link", { name: "Charts" }).click();
    await expectTexts(page, ".charts .problem", [/^The chart cannot be drawn/, /^The chart cannot be drawn/]);
    await page.getByText("Table of outcomes over time").first().waitFor();
  });

  it.each([
    { colorScheme: "light" as const, viewport: { width: 1280, height: 900 } },
    { colorScheme: "dark" as const, viewport: { width: 400, height: 900 }, reducedMotion: "reduce" as const },
  ])("have no problems that axe finds: $colorScheme", async (options) => {
    const { page } = await openCharts("1h", { backend: createStandInBackend(recent(12)), ...options });
    for (const table of await page.locator(".numbers summary").all()) await table.click();
    await page.locator(".chart canvas").nth(1).waitFor();
    expect(await findings(page)).toEqual([]);
  });
});
