import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished } from "vitest";
import { openInspector } from "../../../../../runtime/platform/inspector/server.js";
import type { OpenBrowser } from "../../../../support/chromium.js";
import { createStandInBackend, type StandInBackend } from "../../../../support/inspector-backend.js";

export const pageToken = "0123456789abcdef0123456789abcdef";

export interface OpenedPage {
  readonly page: Page;
  readonly backend: StandInBackend;
  /** Of the server, without a token. */
  readonly url: string;
  /** A new ticket of the server. */
  ticket(): string;
  /** Stops the server. Opens it again at the same port, with this token. */
  stop(): Promise<void>;
  restart(token?: string): Promise<void>;
}

interface PageOptions extends BrowserContextOptions {
  readonly backend?: StandInBackend;
  /** After the slash. Default: the token in the fragment. */
  readonly address?: string;
  /** What the browser may complain of in this test. */
  readonly complaints?: RegExp;
}

/**
 * One browser for the tests of a `describe`, with a page of its own for each. A test fails if the page breaks the policy of the server, asks
 * another address for anything, or complains in the console.
 */
export function pagesIn(open: OpenBrowser): (options?: PageOptions) => Promise<OpenedPage> {
  let browser: Browser;
  beforeAll(async () => {
    browser = await open();
  });
  afterAll(() => browser.close());
  return async ({ backend = createStandInBackend(), address = `#token=${pageToken}`, complaints, ...options } = {}) => {
    let server = await openInspector(backend, { port: 0, token: pageToken });
    const { url } = server;
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    context.setDefaultTimeout(20_000);
    const found: string[] = [];
    onTestFinished(async () => {
      await context.close();
      await server.close();
      expect(found.filter((complaint) => complaints?.test(complaint) !== true)).toEqual([]);
    });
    const page = await context.newPage();
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) found.push(message.text());
    });
    page.on("pageerror", (error) => found.push(String(error)));
    page.on("request", (request) => {
      if (!request.url().startsWith(`${url}/`)) found.push(`asks ${request.url()}`);
    });
    await page.goto(`${url}/${address}`);
    return {
      page,
      backend,
      url,
      ticket: () => server.ticket(),
      stop: () => server.close(),
      async restart(token = pageToken) {
        server = await openInspector(backend, { port: Number(new URL(url).port), token });
      },
    };
  };
}

/** Texts of what a selector finds, as soon as they are these. */
export async function expectTexts(page: Page, selector: string, texts: readonly (string | RegExp)[]): Promise<void> {
  const read = async () =>
    (await page.locator(selector).allInnerTexts()).map((text) => text.replace(/\s+/g, " ").trim());
  await expect
    .poll(read, { timeout: 20_000 })
    .toEqual(texts.map((text) => (typeof text === "string" ? text : expect.stringMatching(text))));
}

/** The editor of the send form, as soon as it has been loaded. */
export async function openedEditor(page: Page): Promise<Locator> {
  const editor = page.locator(".cm-content");
  await editor.waitFor();
  return editor;
}

/** The text of an editor, or of the field in its place. */
export async function writtenText(field: Locator): Promise<string> {
  return field.evaluate((element) =>
    "value" in element
      ? String(element.value)
      : [...element.querySelectorAll(".cm-line")].map(({ textContent }) => textContent).join("\n"),
  );
}
