import { expect, it } from "vitest";
import { findings } from "../../../../support/axe.js";
import { describeInChromium } from "../../../../support/chromium.js";
import { attempt, createStandInBackend, record } from "../../../../support/inspector-backend.js";
import { expectTexts, openedEditor, pagesIn } from "./open-page.js";

const at = Date.now() - 60_000;
const thrown = { name: "TypeError", message: "no", stack: "TypeError: no\n    at a (/p/src/a.ts:1:2)" };
const call = {
  ...{ operationId: "listIssues", method: "GET", path: "/api/v1/ext/issues", query: { status: "open" } },
  ...{ status: 200, answer: { issues: [] }, at, ms: 3 },
};
const failed = attempt({
  ...{ at, ms: 12, calls: [call] },
  reply: { status: 500, headers: { "content-type": "application/json" }, body: '{"error":"The handler failed"}' },
  logs: [{ at, level: "error", message: "A handler failed", fields: { cause: thrown } }],
});
const backendWithAll = () =>
  createStandInBackend([
    record("dlv_1", { createdAt: at }),
    record("dlv_2", { createdAt: at + 1, state: "refused", attempts: [failed] }),
    record("dlv_3", { createdAt: at + 2, state: "failed", attempts: [failed, { ...failed, number: 2 }] }),
    record("dlv_4", { createdAt: at + 3, state: "waiting", attempts: [] }),
  ]);

describeInChromium("the page of the inspector has no accessibility problems that axe finds", (open) => {
  const openPage = pagesIn(open);

  it("without a token", async () => {
    const { page } = await openPage({ address: "" });
    await page.getByText("This address has no token").waitFor();
    expect(await findings(page)).toEqual([]);
  });

  it("without deliveries, and with the help", async () => {
    const { page } = await openPage();
    await page.getByRole("heading", { name: "No deliveries yet" }).waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByRole("button", { name: "Keys" }).click();
    await page.getByRole("dialog").waitFor();
    expect(await findings(page)).toEqual([]);
  });

  it.each(["light", "dark"] as const)("with deliveries of all kinds: %s", async (colorScheme) => {
    const { page } = await openPage({ backend: backendWithAll(), colorScheme });
    await page.getByText("It waits until the extension runs.").waitFor();
    expect(await findings(page)).toEqual([]);
    await page.locator(".delivery-line").nth(1).click();
    await expectTexts(page, ".problem", ["TypeError: no at a (/p/src/a.ts:1:2)"]);
    await page.locator(".call summary").click();
    await page.getByText("Headers").click();
    expect(await findings(page)).toEqual([]);
  });

  it("with a payload that does not fit, and a build that has failed", async () => {
    const { page, backend } = await openPage({ backend: backendWithAll() });
    await page.getByText("It waits until the extension runs.").waitFor();
    const build = { number: 2, at, reason: "saved", error: "src/a.ts:1:2: Expression expected." };
    backend.become({ builds: [...backend.state().builds, build] });
    await page.keyboard.press("n");
    await (await openedEditor(page)).fill('{"issue": {"title": 7}}');
    await page.getByText("It can be sent all the same.").waitFor();
    expect(await findings(page)).toEqual([]);
  });
});
