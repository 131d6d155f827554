import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished } from "vitest";
import type { DevKiket } from "../../../runtime/dev.js";
import type { OpenBrowser } from "../../support/chromium.js";

/**
 * One browser for the tests of a `describe`, with the page of a local Kiket for each, closed after the test. A test fails if anything is
 * written into the console, but `hints` of the browser.
 */
export function kiketPagesIn(open: OpenBrowser, hints?: RegExp): (kiket: DevKiket) => Promise<Page> {
  let browser: Browser;
  beforeAll(async () => {
    browser = await open();
  });
  afterAll(() => browser.close());
  return async (kiket) => {
    const page = await browser.newPage();
    page.setDefaultTimeout(20_000);
    const complaints: string[] = [];
    page.on("console", (message) => void complaints.push(message.text()));
    page.on("pageerror", (error) => void complaints.push(String(error)));
    onTestFinished(async () => {
      await page.close();
      expect(complaints.filter((complaint) => hints?.test(complaint) !== true)).toEqual([]);
    });
    await page.goto(`${kiket.inspector}/#token=${"b".repeat(32)}`);
    await page.getByText("live", { exact: true }).waitFor();
    return page;
  };
}
