// Attacks by web pages in a real browser, on what `kiket-gen dev` opens: the inspector and the local Kiket. The pages know both addresses, and
// even the token of the launch.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { InspectorBackend } from "../../runtime/platform/inspector/backend.js";
import { openInspector } from "../../runtime/platform/inspector/server.js";
import { createPlatform, type Platform } from "../../runtime/testing.js";
import { fakeBackend, token } from "../runtime/platform/inspector/open.js";
import { describeInChromium } from "../support/chromium.js";
import { root } from "../support/project.js";

/** What was asked of the inspector, by name. */
const reached: string[] = [];

function watched(backend: InspectorBackend): InspectorBackend {
  return new Proxy(backend, {
    get(target, name) {
      reached.push(String(name));
      return Reflect.get(target, name);
    },
  });
}

describeInChromium("a foreign web page", (open) => {
  let browser: Browser;
  let platform: Platform;
  let inspector: Awaited<ReturnType<typeof openInspector>>;
  let page: Page;
  const attacker = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>attacker</title><body>");
  });
  const home = (name: string) => `http://${name}:${(attacker.address() as AddressInfo).port}/`;
  /** Calls a function of `foreign-page.js` in the page. */
  const run = (name: string, ...values: readonly unknown[]): Promise<unknown> =>
    page.evaluate(`${name}(...${JSON.stringify(values)})`);

  beforeAll(async () => {
    browser = await open(["--host-resolver-rules=MAP evil.test 127.0.0.1"]);
    platform = await createPlatform({ workspaceToken: "workspace-1" });
    inspector = await openInspector(watched(fakeBackend()), { port: 0, token });
    await new Promise<void>((resolve) => attacker.listen(0, "127.0.0.1", resolve));
  });
  afterAll(async () => {
    await browser.close();
    await Promise.all([platform.close(), inspector.close()]);
    attacker.close();
  });
  beforeEach(async () => {
    reached.length = 0;
    platform.reset();
    page = await browser.newPage();
    await page.addInitScript({ path: join(root, "test/hardness/foreign-page.js") });
  });
  afterEach(() => page.close());

  it.each([
    ["of another port of this machine", () => home("127.0.0.1")],
    ["of localhost", () => home("localhost")],
    ["of another site", () => home("evil.test")],
    ["without an origin", () => "data:text/html,<!doctype html><body>"],
  ])("%s learns nothing and does nothing", async (_which, from) => {
    await page.goto(from());
    const targets = [
      ...["/", "/api/state", "/api/deliveries", "/api/stream"].map((path) => `${inspector.url}${path}`),
      `${platform.baseUrl}/.well-known/jwks.json`,
      `${platform.baseUrl}/api/v1/ext/rate_limit`,
    ];
    for (const url of targets) expect(await run("attackAll", url, token)).toEqual([]);
    expect([reached, platform.calls]).toEqual([[], []]);
  });

  it("is one whose attacks work where nothing guards: on itself", async () => {
    await page.goto(home("localhost"));
    const findings = (await run("attackAll", home("localhost"), token)) as readonly string[];
    expect(findings.map((finding) => finding.split(",")[0])).toEqual([
      "reads with fetch",
      "reads with the token",
      "reads without CORS",
      "reads with cookies",
      "writes as a simple request",
      "writes JSON with the token",
      "loads it as a script",
      "loads it as a stylesheet",
    ]);
  });

  it("cannot show the inspector in a frame", async () => {
    await page.goto(home("localhost"));
    const answer = page.waitForResponse(`${inspector.url}/`);
    await run("showInFrame", `${inspector.url}/`);
    expect((await answer).status()).toBe(403);
  });

  it("cannot open the inspector with a token of its choice", async () => {
    await page.goto(home("localhost"));
    const opening = page.waitForEvent("popup");
    await run("open", `${inspector.url}/#token=${"0".repeat(32)}`);
    const opened = await opening;
    await opened.waitForLoadState();
    expect(await opened.textContent("body")).toContain("The request comes from a web page of another address");
    await opened.close();
  });

  it("cannot send a form that is JSON", async () => {
    await page.goto(home("localhost"));
    const answer = page.waitForResponse(`${inspector.url}/api/deliveries`);
    await run("sendForm", `${inspector.url}/api/deliveries`);
    expect((await answer).status()).toBe(403);
    expect(reached).toEqual([]);
  });

  it("whose name points at this machine is refused by its name (DNS rebinding)", async () => {
    for (const address of [
      `${inspector.url}/`,
      `${inspector.url}/api/state`,
      `${platform.baseUrl}/.well-known/jwks.json`,
      `${platform.baseUrl}/api/v1/ext/rate_limit`,
    ]) {
      const url = address.replace("127.0.0.1", "evil.test");
      const answer = await page.goto(url);
      // For the browser, this page and the server are of one origin now.
      const read = await run("statusOf", url, { "x-kiket-gen-token": token, authorization: "Bearer workspace-1" });
      expect([url, answer?.status(), read]).toEqual([url, 403, 403]);
    }
    expect([reached, platform.calls]).toEqual([[], []]);
  });

  it.each(["127.0.0.1", "localhost"])("is not the inspector's own at %s, which works", async (name) => {
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    const answer = await page.goto(`${inspector.url.replace("127.0.0.1", name)}/#token=${token}`);
    expect(answer?.status()).toBe(200);
    await page.locator(".delivery-line", { hasText: "issue.created" }).waitFor();
    expect(complaints).toEqual([]);
    reached.length = 0;
    expect(await run("statusOf", "/api/launch", { "x-kiket-gen-token": token })).toBe(200);
    expect(await run("statusOf", "/api/launch", {})).toBe(401);
    expect(reached.filter((member) => member === "launchId")).toHaveLength(1);
  });

  it("cannot be reached by text in the inspector's own page, and no script is made of it", async () => {
    await page.goto(`${inspector.url}/`);
    expect(await run("becomeScript", home("localhost"))).toEqual([]);
    await page.goto(home("localhost"));
    expect(await run("becomeScript", home("localhost"))).toEqual([
      "HTML from text",
      "a script from text",
      "a script from elsewhere",
      "a request elsewhere",
      "a handler from text",
      "it ran",
    ]);
  });
});
