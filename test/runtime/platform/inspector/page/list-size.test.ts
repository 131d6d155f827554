import { expect, it } from "vitest";
import { describeInChromium } from "../../../../support/chromium.js";
import { attempt, createStandInBackend, record } from "../../../../support/inspector-backend.js";
import { expectTexts, pagesIn, pageToken } from "./open-page.js";

const start = 1_764_000_000_000;
const permissions = ["clipboard-read", "clipboard-write"];

describeInChromium("the inspector's page with much to show", (open) => {
  const openPage = pagesIn(open);

  it("has 5,000 deliveries in one list: moves, searches, filters and follows", async () => {
    const many = Array.from({ length: 5_000 }, (_, index) =>
      record(`dlv_${index}`, {
        createdAt: start + index * 1_000,
        event: index % 50 === 0 ? "comment.created" : "issue.created",
        payload: { issue: { title: `ticket number ${index}` } },
      }),
    );
    const { page, backend } = await openPage({ backend: createStandInBackend(many) });
    await expectTexts(page, ".count", ["5000 deliveries"]);
    expect(await page.getByRole("treeitem").count()).toBeLessThan(80);
    await page.getByRole("tree").focus();
    await page.keyboard.press("End");
    await page.getByRole("heading", { name: "Build 1" }).waitFor();
    await page.keyboard.press("ArrowUp");
    await page.locator("#delivery-dlv_0[aria-selected=true][aria-posinset='5000'][aria-setsize='5001']").waitFor();
    await page.getByRole("searchbox").fill("NUMBER 4321");
    await expectTexts(page, ".delivery-line .hit", ["issue.title: ticket number 4321", "outside the filter"]);
    await page.getByRole("searchbox").press("Escape");
    await page.keyboard.press("Escape");
    await page.getByRole("combobox", { name: "Filter by type" }).selectOption("comment.created");
    await expectTexts(page, ".count", ["100 of 5000 deliveries"]);
    await page.getByRole("button", { name: "Clear" }).click();
    for (let index = 0; index < 100; index += 1) {
      backend.put(record(`dlv_new_${index}`, { createdAt: start + 9_000_000 + index }));
    }
    // The page keeps as many as the command.
    await page.locator("#delivery-dlv_new_99[aria-selected=true][aria-setsize='5001']").waitFor();
    expect(await page.getByRole("treeitem").count()).toBeLessThan(80);
  });

  it("shows a payload of 5 MB up to a limit, finds in it, and copies the whole", async () => {
    const text = `${"ab ".repeat(5_000_000 / 3)}needle`;
    const payload = { issue: { id: 7, title: text } };
    const body = JSON.stringify({ event: "issue.created", ...payload });
    const large = record("dlv_large", {
      payload,
      attempts: [attempt({ request: { ...attempt().request, body } })],
    });
    const { page, backend } = await openPage({ ...{ permissions }, backend: createStandInBackend([record("dlv_1")]) });
    await page.locator("#delivery-dlv_1").waitFor();
    backend.put({ ...large, createdAt: start + 1_000 });
    // It is too large for the stream, so it is read.
    const section = page.locator("details.section", { has: page.getByRole("heading", { name: "Payload" }) });
    await section.getByText("4.5 MB more are not shown.").waitFor();
    await page.getByText("live", { exact: true }).waitFor();
    await page.getByRole("searchbox").fill("needle");
    await expectTexts(page, ".delivery-line .hit", [/^issue\.title: ….*ab needle$/]);
    await section.getByRole("button", { name: "Copy payload" }).click();
    await section.getByRole("button", { name: "Copied payload" }).waitFor();
    expect((await page.evaluate("navigator.clipboard.readText()")) === body).toBe(true);
    await page.getByRole("searchbox").press("Escape");
    await page.keyboard.press("k");
    await page.keyboard.press("j");
    await page.locator("#delivery-dlv_1[aria-selected=true]").waitFor();
    await page.getByText('"Printer is on fire"').waitFor();
  });

  it("keeps the address of a key that is held down, and replays once", async () => {
    const many = Array.from({ length: 600 }, (_, index) => record(`dlv_${index}`, { createdAt: start + index }));
    const { page, url, backend } = await openPage({ backend: createStandInBackend(many) });
    await page.locator("#delivery-dlv_599[aria-selected=true]").waitFor();
    // A browser takes 200 changes of the address in ten seconds, and complains of more.
    await page.evaluate(
      `for (let index = 0; index < 300; index += 1) {
      document.dispatchEvent(new KeyboardEvent("keydown", { key: "j", repeat: index > 0, cancelable: true }));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }`
        .replace(/^/, "(async () => {")
        .replace(/$/, "})()"),
    );
    const selected = await page.locator("[aria-selected=true]").getAttribute("id");
    await expect.poll(() => page.url()).toBe(`${url}/#delivery=${selected?.replace("delivery-", "")}`);
    expect(selected).not.toBe("delivery-dlv_599");
    await page.keyboard.down("r");
    for (let index = 0; index < 5; index += 1) await page.keyboard.down("r");
    await page.keyboard.up("r");
    await page.getByText("a replay of").waitFor();
    expect(backend.asked.length).toBe(1);
    await page.keyboard.down("r");
    await expect.poll(() => backend.asked.length).toBe(2);
  });

  it("does not read a large payload again for each delivery that arrives", async () => {
    const body = JSON.stringify({ issue: { title: "x".repeat(1_000_000) } });
    const large = record("dlv_large", { attempts: [attempt({ request: { ...attempt().request, body } })] });
    const { page, backend } = await openPage({
      backend: createStandInBackend([large]),
      address: `#token=${pageToken}&delivery=dlv_large`,
    });
    await page.getByText("more are not shown").waitFor();
    await page.evaluate(
      "window.blobs = 0; window.Blob = class extends Blob { constructor(...given) { super(...given); window.blobs += 1; } }",
    );
    for (let index = 0; index < 20; index += 1) backend.put(record(`dlv_${index}`, { createdAt: start + 1 + index }));
    await expectTexts(page, ".count", ["21 deliveries"]);
    expect(await page.evaluate("window.blobs")).toBe(0);
  });
});
