import { expect, it } from "vitest";
import { describeInChromium } from "../../../../support/chromium.js";
import { attempt, createStandInBackend, record } from "../../../../support/inspector-backend.js";
import { expectTexts, pagesIn } from "./open-page.js";

const start = 1_764_000_000_000;
const many = (count: number) =>
  Array.from({ length: count }, (_, index) => record(`dlv_${index}`, { createdAt: start + index * 1_000 }));

describeInChromium("the use of the inspector's page", (open) => {
  const openPage = pagesIn(open);

  it("works by keyboard alone", async () => {
    const { page, url } = await openPage({ backend: createStandInBackend(many(3)) });
    const focused = () => page.evaluate("document.activeElement?.id");
    await page.locator("#delivery-dlv_2[aria-selected=true]").waitFor();
    await page.keyboard.press("j");
    await expect.poll(() => page.url()).toBe(`${url}/#delivery=dlv_1`);
    await page.keyboard.press("j");
    await expect.poll(() => page.url()).toBe(`${url}/#delivery=dlv_0`);
    await page.keyboard.press("k");
    await expect.poll(() => page.url()).toBe(`${url}/#delivery=dlv_1`);
    await page.keyboard.press("Escape");
    await expect.poll(focused).toBe("timeline");
    await page.keyboard.press("End");
    // The last line is the build.
    await expect.poll(() => page.url()).toBe(`${url}/#build=1`);
    await page.getByRole("heading", { name: "Build 1" }).waitFor();
    await page.keyboard.press("ArrowUp");
    const active = () => page.getByRole("tree").getAttribute("aria-activedescendant");
    await expect.poll(active).toBe("delivery-dlv_0");
    await page.keyboard.press("Enter");
    await expect.poll(focused).toBe("details-title");
    await page.keyboard.press("Tab");
    await expect.poll(() => page.evaluate("document.activeElement?.textContent")).toBe("Replay");
    const outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle");
    expect(outline).toBe("solid");
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await page.keyboard.press("Escape");
    // A closed dialog is hidden at once; the page takes keys again when it is gone.
    await expect.poll(() => page.locator("dialog").count()).toBe(0);
    await expect.poll(() => page.url()).toBe(`${url}/#delivery=dlv_0`);
    await page.keyboard.press("e");
    await expect.poll(focused).toBe("details-title");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("r");
    await page.getByRole("heading", { name: "Send a delivery" }).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("r");
    await page.getByText("a replay of").waitFor();
  });

  it("gives the focus to the details when they have been read, however long that takes", async () => {
    const { page } = await openPage({ backend: createStandInBackend(many(2)) });
    await page.locator("details.section").first().waitFor();
    let read = () => {};
    const asked = new Promise<void>((resolve) => {
      void page.route("**/api/deliveries/dlv_0", (route) => {
        read = () => void route.continue();
        resolve();
      });
    });
    await page.getByRole("tree").focus();
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await asked;
    await page.getByText("Reading…").waitFor();
    read();
    await expect.poll(() => page.evaluate("document.activeElement?.id"), { timeout: 20_000 }).toBe("details-title");
  });

  it("gives the focus to what a key opens, also when the key is pressed before the last change was painted", async () => {
    const { page } = await openPage({ backend: createStandInBackend(many(2)) });
    await page.locator("details.section").first().waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await page.evaluate(`new Promise((resolve) => {
      const dialog = document.querySelector("dialog");
      new MutationObserver((_, observer) => {
        if (dialog.isConnected) return;
        observer.disconnect();
        document.dispatchEvent(new KeyboardEvent("keydown", { key: "e", bubbles: true, cancelable: true }));
        resolve();
      }).observe(document.body, { childList: true, subtree: true });
      dialog.close();
    })`);
    await page.getByRole("heading", { name: "Send a delivery" }).waitFor();
    await expect.poll(() => page.evaluate("document.activeElement?.id"), { timeout: 5_000 }).toBe("details-title");
  });

  it("has landmarks, and names for all that can be used", async () => {
    const { page } = await openPage({ backend: createStandInBackend(many(2)) });
    await page.locator("details.section").first().waitFor();
    expect(await page.getByRole("banner").count()).toBe(1);
    expect(await page.getByRole("main").count()).toBe(1);
    expect(await page.getByRole("heading", { level: 1 }).innerText()).toBe("printer-watch");
    const unnamed = page.locator("button:not([aria-label])", { hasNotText: /\S/ });
    expect(await unnamed.count()).toBe(0);
    const options = await page
      .getByRole("treeitem")
      .evaluateAll((all) => all.map((one) => [one.getAttribute("aria-posinset"), one.getAttribute("aria-setsize")]));
    expect(options).toEqual([
      ["1", "3"],
      ["2", "3"],
      ["3", "3"],
    ]);
  });

  it("tells that the connection is lost, and has everything again when it is back", async () => {
    const { page, backend, stop, restart } = await openPage({
      backend: createStandInBackend(many(1)),
      complaints: /ERR_/,
    });
    await page.getByText("live", { exact: true }).waitFor();
    await stop();
    await page.getByText("not connected, trying again…").waitFor();
    await expectTexts(page, ".delivery-line", [/issue\.created/]);
    backend.put(record("dlv_missed", { event: "comment.created", createdAt: start + 5_000 }));
    await restart();
    await page.getByText("live", { exact: true }).waitFor();
    await expectTexts(page, ".delivery-line", [/comment\.created/, /issue\.created/]);
    backend.put(record("dlv_next", { event: "case.created", createdAt: start + 6_000 }));
    await expectTexts(page, ".delivery-line", [/case\.created/, /comment\.created/, /issue\.created/]);
  });

  it("lets go of its connection while it is hidden", async () => {
    const { page, backend } = await openPage({ backend: createStandInBackend(many(1)) });
    await page.getByText("live", { exact: true }).waitFor();
    const hide = (hidden: boolean) =>
      page.evaluate(`
        Object.defineProperty(document, "hidden", { configurable: true, value: ${hidden} });
        document.dispatchEvent(new Event("visibilitychange"));
      `);
    const ended = page.waitForEvent("requestfailed", (request) => request.url().endsWith("/api/stream"));
    await hide(true);
    await ended;
    backend.put(record("dlv_missed", { event: "comment.created", createdAt: start + 5_000 }));
    await hide(false);
    await expectTexts(page, ".delivery-line", [/comment\.created/, /issue\.created/]);
  });

  it("keeps few lines in the document, and a reader's place when others arrive", async () => {
    const { page, backend } = await openPage({ backend: createStandInBackend(many(1_000)) });
    await page.locator("#delivery-dlv_999").waitFor();
    expect(await page.getByRole("treeitem").count()).toBeLessThan(80);
    const list = page.getByRole("tree");
    await list.evaluate((box) => box.scrollTo(0, 15_000));
    const line = page.locator("#delivery-dlv_490");
    await line.waitFor();
    const before = await line.boundingBox();
    for (let index = 0; index < 30; index += 1) {
      backend.put(record(`dlv_new_${index}`, { createdAt: start + 2_000_000 + index }));
    }
    await page.locator("#delivery-dlv_490[aria-setsize='1031']").waitFor();
    expect((await line.boundingBox())?.y).toBe(before?.y);
    await list.focus();
    await page.keyboard.press("End");
    await page.getByRole("heading", { name: "Build 1" }).waitFor();
    expect(await page.getByRole("treeitem").count()).toBeLessThan(80);
    // The line that has the focus stays in the document, wherever the list is scrolled to.
    await list.evaluate((box) => box.scrollTo(0, 0));
    await page.locator("#delivery-dlv_new_29").waitFor();
    expect(await page.locator("#build-1").count()).toBe(1);
  });

  it("says why the extension does not listen, with the source line", async () => {
    const { page, backend } = await openPage({ backend: createStandInBackend(many(1)) });
    await page.getByText("Extension listens at http://127.0.0.1:8000, build 1").waitFor();
    const error = "src/handlers/issue.created.v1.ts:12:34\n\n    return allow(}\n                 ^";
    const { extension: _, running: __, ...stopped } = backend.state();
    const build = { number: 2, at: start + 9_000, reason: "src/handlers/issue.created.v1.ts changed", error };
    backend.tell({ kind: "build", build });
    backend.tell({ kind: "state", state: { ...stopped, builds: [...stopped.builds, build] } });
    await page.getByText("Build 2 failed; deliveries wait", { exact: true }).waitFor();
    expect(await page.locator(".build-problem pre").innerText()).toBe(error);
    await expectTexts(page, ".build-line", [
      /build 2 src\/handlers\/issue\.created\.v1\.ts changed failed$/,
      /build 1 start 212 ms$/,
    ]);
    await expectTexts(page, "[role=status]", ["build 2 failed"]);
    await page.locator(".build-line").first().click();
    await page.getByRole("heading", { name: "Build 2" }).waitFor();
  });

  it("begins the views where the name begins, at each width", async () => {
    const { page } = await openPage();
    const left = async (role: "heading" | "link", name: string) =>
      (await page.getByRole(role, { name, exact: true }).boundingBox())?.x;
    await page.getByRole("heading", { name: "printer-watch" }).waitFor();
    expect([await left("heading", "printer-watch"), await left("link", "Deliveries")]).toEqual([14, 14]);
    await page.setViewportSize({ width: 400, height: 800 });
    await expect.poll(() => left("link", "Deliveries")).toBe(10.5);
  });

  it("has one column 400 px wide, and a way back", async () => {
    const { page, url } = await openPage({
      backend: createStandInBackend(many(3)),
      viewport: { width: 400, height: 800 },
    });
    await page.locator("#delivery-dlv_1").click();
    await page.getByRole("heading", { name: "issue.created v1" }).waitFor();
    expect(await page.getByRole("tree").isVisible()).toBe(false);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(400);
    await page.getByRole("button", { name: "List" }).click();
    await page.getByRole("tree").waitFor();
    // By keyboard the list stays until a line is opened.
    await page.keyboard.press("j");
    await expect.poll(() => page.url()).toBe(`${url}/`);
    expect(await page.getByRole("tree").isVisible()).toBe(true);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "issue.created v1" }).waitFor();
    await expect.poll(() => page.url()).toBe(`${url}/#delivery=dlv_1`);
    await page.goBack();
    await page.getByRole("tree").waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(400);
  });

  it("shows a large body up to a limit, and copies the whole", async () => {
    const body = `{"text":"${"ab ".repeat(300_000)}end"}`;
    const backend = createStandInBackend([
      record("dlv_1", { attempts: [attempt({ request: { ...attempt().request, body } })] }),
    ]);
    const { page } = await openPage({ backend, permissions: ["clipboard-read", "clipboard-write"] });
    const section = page.locator("details.section", { has: page.getByRole("heading", { name: "Payload" }) });
    await section.getByText("400 kB more are not shown.").waitFor();
    expect((await section.locator("pre").innerText()).length).toBeLessThanOrEqual(500_000);
    await section.getByRole("button", { name: "Copy payload" }).click();
    await section.getByRole("button", { name: "Copied payload" }).waitFor();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(body);
  });
});
