import { access } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findings } from "../support/axe.js";
import { describeInChromium } from "../support/chromium.js";
import { root } from "../support/project.js";
import { serveFolder } from "./static-server.js";

const folder = join(root, "docs/.vitepress/dist");
/** Pages with much prose, code, wide tables, pictures, generated text, and none that exists. */
const pages = [
  "",
  "hosts/express.html",
  "concepts/official-sdks.html",
  "reference/dev.html",
  "reference/jobs.html",
  "reference/diagnostics.html",
  "reference/manifest/canonical.html",
  "tutorial/1-first-event.html",
  "reference/api/kiket-gen/runtime/secrets.html",
  "missing.html",
];

// `npm run docs` must have built the site: `.ci/run` does so before.
describe.runIf(process.env.HEAVY !== undefined)("the built site", () => {
  describeInChromium("in a browser", (open) => {
    let browser: Browser;
    let site: Awaited<ReturnType<typeof serveFolder>>;
    /** What the pages asked of other hosts, or did not get. */
    const wrong: string[] = [];

    beforeAll(async () => {
      await access(join(folder, "index.html"));
      browser = await open();
      site = await serveFolder(folder);
    });
    afterAll(async () => {
      await browser?.close();
      site?.close();
    });

    async function visit(path: string, options: BrowserContextOptions = {}): Promise<Page> {
      const context = await browser.newContext(options);
      const page = await context.newPage();
      page.on("request", (request) => {
        if (!request.url().startsWith(site.url)) wrong.push(request.url());
      });
      page.on("response", (response) => {
        if (response.status() >= 400 && !path.startsWith("missing"))
          wrong.push(`${response.status()} ${response.url()}`);
      });
      page.on("pageerror", (error) => wrong.push(String(error)));
      await page.goto(site.url + path, { waitUntil: "networkidle" });
      return page;
    }

    // Each page is opened once: a visit takes longer than what is looked at.
    it.each(pages)("%s has no finding of axe, light and dark, and does not scroll sideways at 400 px", async (path) => {
      const page = await visit(path, { colorScheme: "light" });
      const classes = async () => (await page.locator("html").getAttribute("class")) ?? "";
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        await expect.poll(classes).toBe(colorScheme === "dark" ? "dark" : "");
        expect(await findings(page)).toEqual([]);
      }
      await page.setViewportSize({ width: 400, height: 800 });
      await expect.poll(() => page.evaluate("document.documentElement.scrollWidth")).toBe(400);
      await page.context().close();
    });

    describe("search", () => {
      let page: Page;
      beforeAll(async () => {
        page = await visit("");
        await page.keyboard.press("Control+k");
      });
      afterAll(() => page?.context().close());

      it.each([
        ["KG504", "/reference/diagnostics.html#kg504"],
        ["rotate secret", "/cookbook/rotate-a-secret.html"],
        ["issue.created", "/reference/events/issue.html#issuecreated-v1"],
        ["KIKET_BASE_URL", "/reference/environment.html"],
        ["429", "/reference/statuses.html"],
        ["deny", "/reference/statuses.html"],
        ["scope issues:read", "/reference/scopes.html#issuesread"],
        ["redelivery", "/cookbook/test-a-redelivery.html"],
        ["custom data filter", "/cookbook/store-records.html"],
        ["createExtension", "/reference/configuration.html#options-of-createextension"],
        ["unit test", "/tutorial/"],
        ["webhook", "/reference/webhooks.html"],
        ["typescript version", "/concepts/support.html"],
        ["local secrets", "/reference/dev.html#settings-and-secrets"],
        ["migrate", "/concepts/official-sdks.html"],
        ["graceful shutdown", "/cookbook/zero-downtime-deploys.html"],
        ["extension.setup", "/reference/manifest/canonical.html#extensionsetup"],
      ])("for %s finds %s among the first three", async (words, address) => {
        const results = page.locator(".VPLocalSearchBox .result");
        const paths = () => results.evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
        await page.locator("#localsearch-input").fill("");
        await expect.poll(paths).toEqual([]);
        await page.locator("#localsearch-input").fill(words);
        await expect.poll(async () => (await paths()).slice(0, 3).join()).toContain(address);
      });
    });

    it("the wide tables have no row that fills a phone", async () => {
      const page = await visit("reference/configuration.html", { viewport: { width: 400, height: 800 } });
      const rows = await page.locator("td").evaluateAll((cells) => cells.map(({ clientHeight }) => clientHeight));
      expect(Math.max(...rows)).toBeLessThan(500);
      await page.context().close();
    });

    it("the menu shows the entry of the page, however far down it is", async () => {
      const page = await visit("reference/manifest/canonical.html", { viewport: { width: 1400, height: 700 } });
      const entry = page.locator(".VPSidebar .is-active > .item").last();
      expect(await entry.textContent()).toBe("Manifest: canonical");
      const bottom = async () => {
        const box = await entry.boundingBox();
        return box === null ? Number.NaN : box.y + box.height;
      };
      await expect.poll(bottom).toBeLessThan(700);
      await page.context().close();
    });

    it("the keyboard reaches content, search and menu", async () => {
      const page = await visit("reference/dev.html", { viewport: { width: 400, height: 800 } });
      const focused = () =>
        page.evaluate("document.activeElement.textContent.trim() + document.activeElement.ariaLabel");
      await page.keyboard.press("Tab");
      expect(await focused()).toContain("Skip to content");
      const reached: unknown[] = [];
      for (let presses = 0; presses < 12; presses++) {
        await page.keyboard.press("Tab");
        reached.push(await focused());
      }
      expect(reached.join("\n")).toMatch(/Search/);
      expect(reached.join("\n")).toMatch(/mobile navigation/);
      expect(reached.join("\n")).toMatch(/Menu/);
      await page.context().close();
    });

    it("a page that is missing says so, and leads to the first page", async () => {
      const page = await visit("missing/below.html");
      expect(await page.locator("main").textContent()).toContain("404: no such page");
      expect(await page.locator("main a").getAttribute("href")).toBe("/");
      await page.context().close();
    });

    it("no page asks another host, fails to load a part, or throws", () => {
      expect(wrong).toEqual([]);
    });
  });
});
