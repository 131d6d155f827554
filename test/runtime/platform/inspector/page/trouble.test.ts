import { expect, it } from "vitest";
import { findings } from "../../../../support/axe.js";
import { describeInChromium } from "../../../../support/chromium.js";
import { createStandInBackend } from "../../../../support/inspector-backend.js";
import { expectTexts, pagesIn } from "./open-page.js";

describeInChromium("the view of faults and clock", (open) => {
  const openPage = pagesIn(open);

  /** The view, by its key. */
  async function openView(options: Parameters<typeof openPage>[0] = {}) {
    const opened = await openPage(options);
    const { page } = opened;
    await page.getByText("live", { exact: true }).waitFor();
    await page.keyboard.press(await keyOf(page));
    await page.getByText("None: the local Kiket answers as usual.").waitFor();
    return opened;
  }

  async function keyOf(page: Awaited<ReturnType<typeof openPage>>["page"]): Promise<string> {
    const link = page.getByRole("link", { name: "Faults and clock" });
    return (await link.getAttribute("aria-keyshortcuts")) ?? "";
  }

  it("injects a fault of each kind, lists what it still affects, and clears one or all, by keyboard alone", async () => {
    const { page, backend } = await openView();
    const { trouble } = backend;
    await expect.poll(() => page.evaluate("document.activeElement?.id")).toBe("view-title");
    await page.getByRole("combobox", { name: "Fault" }).focus();
    await page.keyboard.press("Tab");
    await page.keyboard.type("3");
    await page.keyboard.press("Enter");
    // The field says what it takes.
    expect(trouble.state().faults).toEqual([]);
    await page.keyboard.press("Backspace");
    await page.keyboard.press("Backspace");
    await page.keyboard.press("Backspace");
    await page.keyboard.press("Backspace");
    await page.keyboard.type("503");
    await page.keyboard.press("Enter");
    await expectTexts(page, ".active-fault", ["503: every request no request so far, until it is cleared"]);
    await page.getByRole("combobox", { name: "Fault" }).focus();
    await page.keyboard.type("429");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.type("2");
    await page.keyboard.press("Enter");
    await page.getByRole("combobox", { name: "Fault" }).focus();
    await page.keyboard.type("Slow");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Inject" }).focus();
    await page.keyboard.press("Space");
    await expectTexts(page, ".active-fault b", [
      "503: every request",
      "429 with Retry-After 1 s: every request",
      "2 s slower: every request",
    ]);
    await expectTexts(page, ".trouble-badge", ["3 faults active"]);
    await page.getByRole("button", { name: "Clear 503: every request" }).focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => trouble.state().faults.map(({ kind }) => kind)).toEqual(["rate-limit", "slow"]);
    await expect.poll(() => page.evaluate("document.activeElement?.id")).toBe("active-title");
    await page.getByRole("button", { name: "Clear all" }).focus();
    await page.keyboard.press("Enter");
    await page.getByText("None: the local Kiket answers as usual.").waitFor();
    await expectTexts(page, ".trouble-badge", []);
  });

  it("affects chosen operations, performed or not, and the keys", async () => {
    const { page, backend } = await openView();
    await page.getByRole("combobox", { name: "Fault" }).selectOption("cut");
    await page.getByRole("checkbox", { name: "the operation is performed" }).check();
    await page.getByText("Every request", { exact: true }).click();
    await page.getByRole("searchbox", { name: "Search operations" }).fill("ISSUE");
    await page.getByRole("checkbox", { name: "getIssue" }).check();
    await page.getByRole("searchbox", { name: "Search operations" }).fill("nothing");
    await expectTexts(page, ".operations .tick", ["getIssue"]);
    await page.getByRole("button", { name: "Inject" }).click();
    await expectTexts(page, ".active-fault b", ["connection cut, after the operation was performed: getIssue"]);
    await page.getByRole("combobox", { name: "Fault" }).selectOption("keys-down");
    await page.getByRole("button", { name: "Inject" }).click();
    await expectTexts(page, ".active-fault b", [/getIssue$/, "keys down: the key set"]);
    await page.getByRole("button", { name: "Rotate, remove the old key" }).click();
    await expect
      .poll(() => backend.trouble.asked)
      .toEqual([
        { kind: "cut", operations: ["getIssue"], performed: true },
        { kind: "keys-down" },
        { keepOld: true },
        { keepOld: false },
      ]);
    await expectTexts(page, ".spoken[role=status]", [/signed with a new key now, the old one is gone$/]);
  });

  it("shows on every view what is active, also what was injected elsewhere, and leads to it", async () => {
    const { page, backend } = await openPage();
    await page.getByRole("heading", { name: "No deliveries yet" }).waitFor();
    await expectTexts(page, ".trouble-badge", []);
    backend.trouble.inject({ kind: "empty-keys", times: 3 });
    await page.getByRole("button", { name: "1 fault active" }).click();
    await expectTexts(page, ".active-fault", ["empty key set: the key set no request so far, 3 requests to come"]);
    await expect.poll(() => page.url()).toContain("#view=faults");
    // Also after a reload.
    await page.reload();
    await expectTexts(page, ".active-fault b", ["empty key set: the key set"]);
  });

  it("moves the clock by steps and by an own value, shows it on every view, and goes back to now", async () => {
    const { page, backend } = await openView();
    await page.getByRole("button", { name: "+1 h" }).click();
    await expectTexts(page, ".trouble-badge", ["clock 1 h ahead"]);
    await page.getByRole("button", { name: "+5 min" }).click();
    await page.getByRole("button", { name: "+1 day" }).click();
    await expectTexts(page, ".trouble-badge", ["clock 25.1 h ahead"]);
    await page.getByRole("spinbutton", { name: "Ahead by" }).fill("1.5");
    await page.getByRole("combobox", { name: "Unit" }).selectOption("days");
    await page.getByRole("button", { name: "Move ahead" }).click();
    await expectTexts(page, ".trouble-badge", ["clock 2.5 days ahead"]);
    await page.getByRole("button", { name: "Back to now" }).click();
    await expectTexts(page, ".trouble-badge", []);
    const [hour, day] = [3_600_000, 86_400_000];
    expect(backend.trouble.asked).toEqual([
      ...[hour, hour / 12, day, 1.5 * day].map((advance) => ({ advance })),
      { reset: true },
    ]);
  });

  it("says why a fault cannot be injected", async () => {
    const { page } = await openView({ complaints: /status of 422/ });
    await page.route("**/api/faults", (route) =>
      route.fulfill({ status: 422, json: { error: "Unknown operation", hint: "See the list." } }),
    );
    await page.getByRole("button", { name: "Inject" }).click();
    await page.getByRole("alert").getByText("Unknown operation. See the list.").waitFor();
  });

  it.each(["light", "dark"] as const)(
    "has no findings of axe: %s, also 400 px wide, where nothing is cut off",
    async (colorScheme) => {
      const backend = createStandInBackend();
      const { page } = await openView({ backend, colorScheme, reducedMotion: "reduce" });
      expect(await findings(page)).toEqual([]);
      backend.trouble.inject({ kind: "error", operations: ["createComment", "getIssue"], times: 2 });
      backend.trouble.inject({ kind: "slow" });
      await expectTexts(page, ".active-fault b", [
        /createComment, getIssue$/,
        "no answer while it lasts: every request",
      ]);
      await page.getByText("Every request", { exact: true }).click();
      expect(await findings(page)).toEqual([]);
      await page.setViewportSize({ width: 400, height: 800 });
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(400);
      expect(await page.evaluate("document.querySelector('main').scrollWidth <= 400")).toBe(true);
      expect(await findings(page)).toEqual([]);
    },
  );
});
