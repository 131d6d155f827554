import { expect, it } from "vitest";
import type { PayloadProblem } from "../../../../../runtime/platform/inspector/backend.js";
import { findings } from "../../../../support/axe.js";
import { describeInChromium } from "../../../../support/chromium.js";
import { attempt, createStandInBackend, record } from "../../../../support/inspector-backend.js";
import { expectTexts, pagesIn } from "./open-page.js";

const payload = { issue: { id: 7, titel: "Printer is on fire" }, size: "big" };
const body = JSON.stringify({ event: "issue.created", ...payload });
const problems: readonly PayloadProblem[] = [
  { kind: "unknown", path: "issue.titel", message: "is a member that the schema does not know" },
  { kind: "missing", path: "issue.title", message: "is required" },
  { kind: "wrong", path: "size", message: "must be a number" },
];
const delivered = (text: string, members: object = {}) =>
  record("dlv_1", { payload, attempts: [attempt({ request: { ...attempt().request, body: text } })], ...members });

describeInChromium("a delivered payload beside its schema", (open) => {
  const openPage = pagesIn(open);
  const backendOf = (one: ReturnType<typeof record>, found = problems) => ({
    ...createStandInBackend([one]),
    check: () => found,
  });

  it("shows a missing, an unknown and a wrong member in the list and at their places", async () => {
    const { page } = await openPage({ backend: backendOf(delivered(body)) });
    await page.getByText("3 members differ from the schema of issue.created v1:").waitFor();
    await expectTexts(page, ".problems li", [
      "issue.titel is a member that the schema does not know",
      "issue.title is required",
      "size must be a number",
    ]);
    await page.getByText("Kiket may add members at any time").waitFor();
    const payloadText = page.getByRole("group", { name: "payload" });
    await expectTexts(page, "pre mark", ["{", '"titel"', '"size"']);
    expect((await payloadText.innerText()).split("\n").filter((line) => /[✕○]/.test(line))).toEqual([
      '  "issue": {✕ title is required',
      '    "titel"○ not in the schema: "Printer is on fire"',
      '  "size"✕ must be a number: "big"',
    ]);
    await page.getByRole("button", { name: "issue.title" }).focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => page.evaluate("document.activeElement?.textContent")).toBe("✕ title is required");
    // The text itself stays as it was sent.
    await page.getByRole("button", { name: "Raw" }).nth(1).click();
    await expectTexts(page, "pre mark", ["{", '"titel"', '"size"']);
  });

  it("says that all is well, and that there is no schema", async () => {
    const one = await openPage({ backend: backendOf(delivered(body), []) });
    await one.page.getByText("Every member is as in the schema of issue.created v1.").waitFor();
    const other = await openPage({ backend: backendOf(delivered(body, { event: "comment.created", version: "v2" })) });
    await other.page.getByText("There is no schema of comment.created v2 in this project").waitFor();
    expect(await other.page.locator(".problems").count()).toBe(0);
  });

  it("compares again when the project has changed, and a delivery that still waits", async () => {
    const waiting = record("dlv_1", { payload, state: "waiting", attempts: [] });
    let found: readonly PayloadProblem[] = problems;
    const backend = { ...createStandInBackend([waiting]), check: () => found };
    const { page } = await openPage({ backend });
    await page.getByText("3 members differ").waitFor();
    await expectTexts(page, "pre mark", ["{", '"titel"', '"size"']);
    found = problems.slice(0, 1);
    backend.become({ events: [...backend.state().events] });
    await page.getByText("1 member differs from the schema of issue.created v1:").waitFor();
  });

  it("stays usable with a payload of 5 MB, which has no places", async () => {
    const large = { ...payload, text: "x".repeat(5_000_000) };
    const { page } = await openPage({ backend: backendOf(delivered(JSON.stringify(large), { payload: large })) });
    await page.getByText("3 members differ").waitFor();
    await expectTexts(page, ".problems li", [/^issue\.titel /, /^issue\.title /, /^size /]);
    expect(await page.locator(".problems button").count()).toBe(0);
    await page.getByText("4.5 MB more are not shown.").waitFor();
  });

  it.each(["light", "dark"] as const)("has no problems that axe finds: %s", async (colorScheme) => {
    const { page } = await openPage({
      backend: backendOf(delivered(body)),
      colorScheme,
      viewport: { width: 400, height: 900 },
    });
    await page.locator(".delivery-line").click();
    await page.getByText("3 members differ").waitFor();
    expect(await findings(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  });
});
