import { expect, it } from "vitest";
import type { ScopeReport } from "../../../../../runtime/platform/inspector/scope-report.js";
import { findings } from "../../../../support/axe.js";
import { describeInChromium } from "../../../../support/chromium.js";
import { createStandInBackend, record } from "../../../../support/inspector-backend.js";
import { expectTexts, pagesIn, pageToken } from "./open-page.js";

const refused = { delivery: "dlv_1", lacking: ["issues:write"] };
const report: ScopeReport = {
  manifest: ".kiket/manifest.yaml",
  declared: [
    { scope: "issues:read", isUsed: true },
    { scope: "comments:write", isUsed: false },
  ],
  missing: [{ scope: "issues:write", neededBy: ["issue.created v1", "src/<img src=x>.ts"] }],
  handlers: [
    {
      ...{ name: "issue.created v1", required: ["issues:read"], granted: ["issues:read"] },
      uses: [
        { operation: "updateIssue", scopes: ["issues:write"], calls: 2, inCode: true, refused },
        { operation: "deleteIssueComment", scopes: [], calls: 0, inCode: true },
      ],
    },
    { name: "comment.created v2", required: [], uses: [] },
  ],
  unknown: [],
};

describeInChromium("the view of scopes", (open) => {
  const openPage = pagesIn(open);
  const backend = () => {
    const made = createStandInBackend([record("dlv_1")]);
    made.report(report);
    return made;
  };
  const address = `#token=${pageToken}`;

  it("shows what to change in the manifest, what each handler needs, and leads to refused deliveries", async () => {
    const { page } = await openPage({ backend: backend(), address });
    await page.getByText("live", { exact: true }).waitFor();
    await page.getByRole("link", { name: "Scopes" }).click();
    await expect.poll(() => page.evaluate("document.activeElement?.id")).toBe("view-title");
    await expectTexts(page, ".missing-scopes li", [
      "- issues:write Copy needed by issue.created v1, src/<img src=x>.ts",
    ]);
    await page.getByText("Add under permissions in .kiket/manifest.yaml").waitFor();
    await expectTexts(page, "[aria-labelledby=declared-scopes] tbody tr", [
      "issues:read used",
      "comments:write not used: remove it from .kiket/manifest.yaml",
    ]);
    await expectTexts(page, ".handler-scopes tbody tr", [
      "updateIssue issues:write yes 2 refused with 403 without issues:write: dlv_1",
      "deleteIssueComment none is known yes 0",
    ]);
    await page.getByText("Requires issues:read. The token of its newest delivery had issues:read.").waitFor();
    await page.getByText("Send a delivery to see what it calls.").waitFor();
    await page.getByRole("button", { name: "dlv_1" }).click();
    await page.getByRole("heading", { name: "issue.created v1" }).waitFor();
    await expect.poll(() => page.url()).toContain("#delivery=dlv_1");
  });

  it("has an address for one handler, works by keyboard, and follows what changes", async () => {
    const { page, backend: made, url } = await openPage({ backend: backend(), address });
    await page.getByText("live", { exact: true }).waitFor();
    await page.goto(`${url}/#view=scopes&of=comment.created%20v2`);
    await expectTexts(page, ".handler-scopes h4", ["comment.created v2"]);
    const choice = page.getByRole("combobox", { name: "Show" });
    await choice.focus();
    await page.keyboard.press("Home");
    await expectTexts(page, ".handler-scopes h4", ["issue.created v1", "comment.created v2"]);
    await expect.poll(() => page.url()).toBe(`${url}/#view=scopes`);
    made.report({
      ...report,
      missing: [],
      handlers: [],
      declared: [],
      unknown: ["src/a.ts:1: a permission is computed."],
    });
    made.put(record("dlv_2"));
    await page.getByText("The manifest declares no permissions").waitFor();
    await page.getByText("The manifest declares no event").waitFor();
    await page.getByText("src/a.ts:1: a permission is computed.").waitFor();
    made.become({ kind: "adapter" });
    await page.getByText("Its API key needs raw-events:claim").waitFor();
  });

  it("breaks names only between their words where the page is narrow", async () => {
    const made = createStandInBackend([record("dlv_1")]);
    const uses = [
      {
        operation: "rotateExtensionWebhookUrl",
        scopes: ["custom_data:read", "extensions:write"],
        calls: 2,
        inCode: true,
      },
    ];
    made.report({ ...report, handlers: [{ name: "issue.created v1", required: [], uses }] });
    const { page } = await openPage({ backend: made, address, viewport: { width: 400, height: 900 } });
    await page.getByText("live", { exact: true }).waitFor();
    await page.getByRole("link", { name: "Scopes" }).click();
    await page.getByText("rotateExtensionWebhookUrl").waitFor();
    const lines = await page.locator(".handler-scopes td, .handler-scopes th").evaluateAll((cells) =>
      cells.flatMap((cell) => {
        const range = cell.ownerDocument.createRange();
        const words = [...cell.querySelectorAll("bdi")].flatMap(({ childNodes }) => [...childNodes]);
        return words.flatMap((word) => {
          range.selectNodeContents(word);
          return word.textContent === "" ? [] : [[word.textContent, range.getClientRects().length]];
        });
      }),
    );
    expect(lines).toEqual([
      ...["rotate", "Extension", "Webhook", "Url", "custom_", "data:", "read, extensions:", "write"].map((word) => [
        word,
        word.includes(" ") ? expect.any(Number) : 1,
      ]),
    ]);
    expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
  });

  it.each([
    ["light", 1280],
    ["dark", 400],
  ] as const)("has no accessibility problems that axe finds: %s, %d px", async (colorScheme, width) => {
    const { page } = await openPage({ backend: backend(), address, colorScheme, viewport: { width, height: 900 } });
    await page.getByText("live", { exact: true }).waitFor();
    await page.getByRole("link", { name: "Scopes" }).click();
    await page.getByText("updateIssue").waitFor();
    expect(await findings(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
  });
});
