import { expect, it } from "vitest";
import { findings } from "../../../../support/axe.js";
import { describeInChromium } from "../../../../support/chromium.js";
import { createStandInBackend, record } from "../../../../support/inspector-backend.js";
import { expectTexts, pagesIn } from "./open-page.js";

describeInChromium("saving a delivery as a test", (open) => {
  const openPage = pagesIn(open);
  const backend = () => createStandInBackend([record("dlv_1"), record("dlv_2", { createdAt: 1_763_999_999_000 })]);

  it("shows what will be written, takes a name by keyboard, and says how to run it", async () => {
    const { page, backend: told } = await openPage({ backend: backend() });
    await page.locator("details.section").first().waitFor();
    await page.keyboard.press("s");
    const dialog = page.getByRole("dialog", { name: "Save as a test" });
    await expectTexts(page, ".save-test .files li", [
      "test/saved/issue-created-1.test.ts",
      "test/saved/issue-created-1.json",
    ]);
    await dialog.getByText("the status of dlv_1 is 200").waitFor();
    await dialog.getByText("A secret is hidden.").waitFor();
    // The suggested name is selected, and keys of the page are text here.
    await page.keyboard.type("ringing");
    await expectTexts(page, ".save-test .files li", ["test/saved/ringing.test.ts", "test/saved/ringing.json"]);
    await page.keyboard.press("Enter");
    await dialog.getByText("Saved as ringing.").waitFor();
    await dialog.getByText("npx vitest run test/saved/ringing.test.ts").waitFor();
    expect(told.asked).toEqual([{ delivery: "dlv_1", name: "ringing" }]);
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator("dialog").count()).toBe(0);
    await page.keyboard.press("j");
    await expect.poll(() => page.url()).toContain("#delivery=dlv_2");
  });

  it("says why a name cannot be used, and what the server refuses, and saves nothing", async () => {
    const complaints = /status of (409|422)/;
    const { page, backend: told } = await openPage({ backend: backend(), complaints });
    await page.getByRole("button", { name: "Save as test…" }).click();
    const name = page.getByRole("textbox", { name: "Name" });
    await expect.poll(() => name.inputValue()).toBe("issue-created-1");
    await name.fill("../<b>x");
    await expectTexts(page, ".save-test .problem", ["the name has other characters. See a-z."]);
    expect(await page.getByRole("button", { name: "Save", exact: true }).isDisabled()).toBe(true);
    await page.keyboard.press("Enter");
    await name.fill("taken");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await expectTexts(page, ".save-test .problem", ["the file exists. Choose another name."]);
    expect(told.asked).toEqual([{ delivery: "dlv_1", name: "taken" }]);
    await name.fill("free");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("Saved as free.").waitFor();
  });

  it.each([
    ["light", 1280],
    ["dark", 400],
  ] as const)("has no accessibility problems that axe finds: %s, %d px", async (colorScheme, width) => {
    const { page } = await openPage({
      backend: backend(),
      colorScheme,
      viewport: { width, height: 800 },
    });
    await page.locator(".delivery-line").first().click();
    await page.locator("details.section").first().waitFor();
    await page.keyboard.press("s");
    await page.getByText("A secret is hidden.").waitFor();
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press("Enter");
    await page.getByText("Saved as issue-created-1.").waitFor();
    expect(await findings(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
  });
});
