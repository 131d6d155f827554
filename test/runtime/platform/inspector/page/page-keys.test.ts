import { expect, it } from "vitest";
import { describeInChromium } from "../../../../support/chromium.js";
import { createStandInBackend, record } from "../../../../support/inspector-backend.js";
import { expectTexts, pagesIn } from "./open-page.js";

const two = () => createStandInBackend([record("dlv_0", { createdAt: 1 }), record("dlv_1", { createdAt: 2 })]);

describeInChromium("the keys of the inspector's page", (open) => {
  const openPage = pagesIn(open);

  it("do nothing to deliveries while another view is shown", async () => {
    const { page, backend, url } = await openPage({ backend: two() });
    await page.getByRole("heading", { name: "issue.created v1" }).waitFor();
    await page.keyboard.press("3");
    await page.getByRole("heading", { name: "Scopes", exact: true }).waitFor();
    for (const key of ["r", "e", "c", "s", "j", "k", "/"]) {
      await page.keyboard.press(key);
      expect([key, page.url()]).toEqual([key, `${url}/#view=scopes`]);
    }
    expect(await page.getByRole("dialog").count()).toBe(0);
    expect(backend.asked).toEqual([]);
    await page.keyboard.press("Escape");
    await expect.poll(() => page.url()).toBe(`${url}/`);
    await expect.poll(() => page.evaluate("document.activeElement?.id")).toBe("timeline");
  });

  it("search in the view that is shown", async () => {
    const { page, url } = await openPage({ backend: two() });
    await page.getByText("live", { exact: true }).waitFor();
    await page.keyboard.press("2");
    await page.getByRole("searchbox").waitFor();
    await page.keyboard.press("/");
    await expect
      .poll(() => page.evaluate("document.activeElement?.getAttribute('type')"), { timeout: 5_000 })
      .toBe("search");
    await expect.poll(() => page.url()).toBe(`${url}/#view=data`);
  });

  it("do nothing behind a dialog of a view", async () => {
    const { page, url } = await openPage({ backend: two() });
    await page.getByText("live", { exact: true }).waitFor();
    await page.keyboard.press("2");
    await page.getByRole("button", { name: "Reset…" }).click();
    await page.getByRole("dialog", { name: "Remove all data?" }).waitFor();
    for (const key of ["1", "n", "?"]) await page.keyboard.press(key);
    await expect.poll(() => page.url()).toBe(`${url}/#view=data`);
    expect(await page.getByRole("dialog").count()).toBe(1);
  });

  it("are listed by view in the help", async () => {
    const { page } = await openPage({ backend: two() });
    await page.getByText("live", { exact: true }).waitFor();
    await page.keyboard.press("?");
    await expectTexts(page, "dialog h3", ["Everywhere", "Deliveries", "Send", "Data"]);
  });

  it("leave the reader where he is when a delivery ends that was asked for before", async () => {
    const { page, backend, url } = await openPage({ backend: two() });
    await page.getByRole("heading", { name: "issue.created v1" }).waitFor();
    let answer = () => {};
    await page.route("**/api/replays", async (route) => {
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      await route.continue();
    });
    await page.keyboard.press("r");
    await page.getByText("Replaying…").waitFor();
    await page.keyboard.press("3");
    await page.getByRole("heading", { name: "Scopes", exact: true }).waitFor();
    answer();
    await expect.poll(() => backend.asked.length).toBe(1);
    await expectTexts(page, "[role=status]", [/1 new delivery/]);
    expect(page.url()).toBe(`${url}/#view=scopes`);
  });
});
