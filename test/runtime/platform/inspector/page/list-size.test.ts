import { expect, it } from "vitest";
import { describeInChromium } from "../../../../support/chromium.js";
import { attempt, createStandInBackend, record } from "../../../../support/inspector-backend.js";
import { expectTexts, pagesIn } from "./open-page.js";

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
});
