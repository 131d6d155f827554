import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { findings } from "../../../../support/axe.js";
import { describeInChromium } from "../../../../support/chromium.js";
import { createStandInBackend, type StandInBackend } from "../../../../support/inspector-backend.js";
import { boats } from "../../../../support/inspector-data.js";
import { expectTexts, type OpenedPage, pagesIn } from "./open-page.js";

type Rows = readonly Readonly<Record<string, unknown>>[];

/** The rows of the boats. */
function boatsOf({ data }: StandInBackend): Rows {
  return data.seed().records?.[0]?.rows ?? [];
}

function withBoats(backend: StandInBackend, change: (rows: Rows) => Rows): void {
  backend.data.become((seed) => ({
    ...seed,
    records: (seed.records ?? []).map((part) => ({ ...part, rows: change(part.rows) })),
  }));
}

const names = (page: Page) => page.locator(".rows tbody tr:not(.gap) td:nth-child(2)").allInnerTexts();

describeInChromium("the data view", (open) => {
  const openPage = pagesIn(open);

  async function openBoats(options: Parameters<typeof openPage>[0] = {}): Promise<OpenedPage> {
    const opened = await openPage(options);
    await opened.page.getByText("live", { exact: true }).waitFor();
    await opened.page.evaluate(`location.hash = "#view=data&of=${encodeURIComponent(boats)}"`);
    await opened.page.getByRole("heading", { name: "boats", exact: true }).waitFor();
    return opened;
  }

  it("is opened by its key, and a link to a collection stays over a reload", async () => {
    const { page } = await openPage();
    await page.getByText("live", { exact: true }).waitFor();
    await page.keyboard.press("2");
    await page.getByRole("heading", { name: "Data", exact: true }).waitFor();
    await page.getByRole("button", { name: "Issues 1" }).click();
    await expectTexts(page, ".rows tbody tr", [/^OPS-7 Printer is on fire backlog/]);
    await expect.poll(() => page.url()).toMatch(/#view=data&of=issues$/);
    await page.reload();
    await expectTexts(page, ".rows tbody tr", [/^OPS-7 Printer is on fire backlog/]);
    await page.getByRole("button", { name: "Comments 0" }).click();
    await page.getByText("There are no rows yet.").waitFor();
    await page.evaluate('location.hash = "#view=data&of=__proto__"');
    await page.getByText("There is no collection with this name.").waitFor();
  });

  it("adds, changes and removes a row by keyboard alone", async () => {
    const { page, backend } = await openBoats();
    await page.getByRole("button", { name: "Add a row…" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.type("Vera");
    await page.keyboard.press("Tab");
    await page.keyboard.type("2");
    await page.keyboard.press("Control+Enter");
    await expectTexts(page, ".rows tbody tr", [/^1 Ingrid 3 true/, /^2 Olga 11 false/, /^3 Vera 2 null null/]);
    await expectTexts(page, "[role=status]", ["row added"]);
    expect(boatsOf(backend)[2]).toMatchObject({ id: 3, name: "Vera", decks: 2 });

    await page.locator(".open-row").first().focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.getByRole("textbox", { name: "name" }).inputValue()).toBe("Olga");
    await page.getByRole("textbox", { name: "gear" }).fill('{ "oars": [1, 2] }');
    await page.getByRole("combobox", { name: "afloat" }).selectOption("true");
    await page.keyboard.press("Control+Enter");
    await expectTexts(page, ".rows tbody tr:nth-of-type(2)", [/^2 Olga 11 true {"oars":\[1,2\]}/]);
    expect(boatsOf(backend)[1]).toMatchObject({ name: "Olga", decks: 11, afloat: true, gear: { oars: [1, 2] } });

    // The focus is on the row again.
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await page.getByRole("button", { name: "Remove…" }).press("Enter");
    await expect.poll(() => page.evaluate("document.activeElement.textContent")).toMatch(/^Remove this row\?/);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await expectTexts(page, ".rows tbody tr", [/^1 Ingrid/, /^3 Vera/]);
    expect(boatsOf(backend).map(({ name }) => name)).toEqual(["Ingrid", "Vera"]);
  });

  it("says at the field what does not fit, and keeps what was written", async () => {
    const { page, backend } = await openBoats({ complaints: /422/ });
    await page.getByRole("button", { name: "Add a row…" }).click();
    await page.getByRole("textbox", { name: "name" }).fill("Ingrid");
    await page.getByRole("textbox", { name: "decks" }).fill("many");
    await page.getByRole("textbox", { name: "gear" }).fill("anchor");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await expectTexts(page, ".field .bad", ["must be a number", "is not JSON; a text needs quotes"]);
    await page.getByRole("textbox", { name: "decks" }).fill("2.5");
    await page.getByRole("textbox", { name: "gear" }).fill('"anchor"');
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await expectTexts(page, ".field .bad", ["must be unique, and another record has this value", "must be an integer"]);
    expect(await page.getByRole("textbox", { name: "name" }).getAttribute("aria-invalid")).toBe("true");
    expect(await page.evaluate("document.activeElement.id")).toBe("field-name");
    // Nothing is lost by a key.
    await page.keyboard.press("Escape");
    await page.getByText("Leave without saving?").waitFor();
    await page.getByRole("button", { name: "Go on editing" }).click();
    expect(await page.getByRole("textbox", { name: "name" }).inputValue()).toBe("Ingrid");
    expect(boatsOf(backend)).toHaveLength(2);
  });

  it("shows what a program writes, and loses nothing of an edit: a conflict is said", async () => {
    const { page, backend } = await openBoats();
    await page.getByRole("button", { name: "1", exact: true }).click();
    const name = page.getByRole("textbox", { name: "name" });
    await name.fill("Ingrid II");
    withBoats(backend, ([first, ...rest]) => [{ ...first, decks: 9 }, ...rest, { id: 3, name: "Vera" }]);
    await expect.poll(() => page.getByRole("textbox", { name: "decks" }).inputValue()).toBe("9");
    expect(await name.inputValue()).toBe("Ingrid II");
    expect(await page.locator(".conflict").count()).toBe(0);
    withBoats(backend, ([first, ...rest]) => [{ ...first, name: "Inga" }, ...rest]);
    await expectTexts(page, ".conflict", [/^Changed meanwhile\. It is now: Inga/]);
    expect(await name.inputValue()).toBe("Ingrid II");
    await page.getByRole("button", { name: "Keep mine" }).click();
    await page.getByRole("button", { name: "Save" }).click();
    await expect.poll(() => names(page)).toEqual(["Ingrid II", "Olga", "Vera"]);
    expect(boatsOf(backend)[0]).toMatchObject({ name: "Ingrid II", decks: 9 });

    await page.getByRole("button", { name: "2", exact: true }).click();
    await name.fill("Olga II");
    withBoats(backend, (rows) => rows.filter(({ id }) => id !== 2));
    await page.getByText("This row was removed meanwhile.").waitFor();
    await page.getByRole("button", { name: "Make it a new row" }).click();
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await expect.poll(() => boatsOf(backend).at(-1)).toMatchObject({ id: 4, name: "Olga II", decks: 11 });
  });

  it("leaves a row with the collection that it is in", async () => {
    const { page } = await openBoats();
    await page.evaluate('location.hash = "#view=data&of=issues"');
    await page.locator(".open-row").getByText("OPS-7").click();
    await page.getByRole("dialog").waitFor();
    await page.goBack();
    await page.getByRole("heading", { name: "boats", exact: true }).waitFor();
    expect(await page.getByRole("dialog").count()).toBe(0);
    await page.goForward();
    await expectTexts(page, ".rows tbody tr", [/^OPS-7/]);
    expect(await page.getByRole("dialog").count()).toBe(0);
  });

  it("never gets the value of a secret, and says where values come from", async () => {
    const { page, backend } = await openBoats({ complaints: /422/ });
    const seen: string[] = [];
    page.on("response", async (response) => void seen.push(await response.text().catch(() => "")));
    await page.getByRole("button", { name: "Secrets 2" }).click();
    await expectTexts(page, ".rows tbody tr", ["API_TOKEN •••••••• local Kiket true", "PIN null nothing true"]);
    await page.getByRole("button", { name: "PIN" }).click();
    expect(await page.getByLabel("value required").getAttribute("type")).toBe("password");
    await page.getByLabel("value required").fill("0451");
    await page.getByRole("button", { name: "Save" }).click();
    await expectTexts(page, ".rows tbody tr", [/^API_TOKEN/, "PIN •••••••• local Kiket true"]);
    expect(backend.data.seed().secrets).toEqual({ API_TOKEN: "do-not-show-me", PIN: "0451" });
    expect(seen.join()).toContain("API_TOKEN");
    expect(seen.join()).not.toContain("do-not-show-me");
    expect(await page.content()).not.toMatch(/do-not-show-me|0451/);

    await page.getByRole("button", { name: "Settings 2" }).click();
    await expectTexts(page, ".rows tbody tr", [/^GREETING Hello manifest string/, /^limit 5 manifest integer/]);
    await page.getByRole("button", { name: "limit" }).click();
    await page.getByRole("textbox", { name: "value" }).fill("many");
    await page.getByRole("button", { name: "Save" }).click();
    await expectTexts(page, ".field .bad", ["is not a valid integer"]);
    await page.getByRole("textbox", { name: "value" }).fill("7");
    await page.getByRole("button", { name: "Save" }).click();
    await expectTexts(page, ".rows tbody tr", [/^GREETING/, /^limit 7 this page integer/]);
    await page.getByRole("button", { name: "limit" }).click();
    await page.getByRole("button", { name: "Unset…" }).click();
    await page.getByRole("button", { name: "Unset", exact: true }).click();
    await expectTexts(page, ".rows tbody tr", [/^GREETING/, /^limit 5 manifest integer/]);
  });

  it("asks before a reset", async () => {
    const { page, backend } = await openBoats();
    await page.getByRole("button", { name: "Reset…" }).click();
    await page.getByRole("button", { name: "Keep the data" }).click();
    expect(boatsOf(backend)).toHaveLength(2);
    await page.getByRole("button", { name: "Reset…" }).click();
    await page.getByRole("button", { name: "Leave all empty" }).click();
    await page.getByText("There are no rows yet.").waitFor();
    expect(backend.data.seed().secrets).toBe(undefined);
    await page.getByRole("button", { name: "Reset…" }).click();
    await page.getByRole("button", { name: "Back to the seeds" }).click();
    await expectTexts(page, ".rows tbody tr", [/^1 Ingrid/, /^2 Olga/]);
  });

  it("stays usable with 5,000 rows, of which it has few in the document", async () => {
    const backend = createStandInBackend();
    withBoats(backend, () =>
      Array.from({ length: 5_000 }, (_, index) => ({ id: index + 1, name: `Boat ${index + 1}`, decks: index % 7 })),
    );
    const { page } = await openBoats({ backend });
    await page.getByText("5000 rows.").waitFor();
    expect(await page.locator(".rows tbody tr").count()).toBeLessThan(80);
    expect(await page.getByRole("table").getAttribute("aria-rowcount")).toBe("5001");
    await page.locator(".open-row").first().focus();
    await page.keyboard.press("End");
    const focused = () =>
      page.evaluate('[document.activeElement.textContent, document.activeElement.closest("tr")?.ariaRowIndex]');
    await expect.poll(focused).toEqual(["5000", "5001"]);
    await page.keyboard.press("PageUp");
    await expect.poll(focused).toEqual(["4990", "4991"]);
    await page.getByRole("button", { name: "decks" }).click();
    await page.getByRole("button", { name: "decks" }).click();
    await expect.poll(() => page.locator("th[aria-sort=descending]").innerText()).toContain("decks");
    await page.keyboard.press("Shift+Tab");
    await page.getByRole("searchbox").fill("boat 499");
    await page.getByText("11 found in 5000 rows.").waitFor();
    expect(await page.locator(".rows tbody tr:not(.gap)").count()).toBe(11);
    await page.getByRole("searchbox").press("Escape");
    await page.getByText("5000 rows.", { exact: true }).waitFor();
    await expect.poll(() => page.url()).toContain("view=data");
  });

  it("shows hostile names and values as text", async () => {
    const backend = createStandInBackend();
    const hostile = '<img src=x onerror="document.title=1">';
    backend.data.become((seed) => ({
      ...seed,
      records: [
        {
          ...{ module: hostile, table: "../../etc/\u202Epasswd", projectId: "1" },
          rows: [JSON.parse(`{"id": 1, "__proto__": ${JSON.stringify(hostile)}, "constructor": "no"}`)],
        },
      ],
      tables: [],
    }));
    const { page } = await openPage({ backend });
    await page.getByText("live", { exact: true }).waitFor();
    await page.keyboard.press("2");
    await page.getByText(hostile).first().waitFor();
    await expectTexts(page, ".rows thead th", [
      "id",
      "__proto__",
      "constructor",
      "created_at",
      "updated_at",
      "(project)",
    ]);
    await page.getByRole("button", { name: "1", exact: true }).click();
    expect(await page.locator('[id="field-__proto__"]').inputValue()).toBe(hostile);
    await page.locator('[id="field-__proto__"]').fill("tame");
    await page.getByRole("button", { name: "Save" }).click();
    await expectTexts(page, ".rows tbody tr td:nth-of-type(1)", ["tame"]);
    expect(await page.locator("main img").count()).toBe(0);
    expect(await page.title()).toBe("printer-watch · kiket-gen dev");
  });

  it.each([
    ["light", { colorScheme: "light" }],
    ["dark", { colorScheme: "dark" }],
    ["400 px", { viewport: { width: 400, height: 800 } }],
  ] as const)("axe finds nothing, and nothing is wider than the window: %s", async (_, options) => {
    const { page } = await openBoats(options as never);
    expect(await findings(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    await page.getByRole("button", { name: "1", exact: true }).click();
    await page.getByRole("dialog").waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByRole("button", { name: "Remove…" }).click();
    expect(await findings(page)).toEqual([]);
    await page.getByRole("button", { name: "Keep it" }).click();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Reset…" }).click();
    expect(await findings(page)).toEqual([]);
  });

  it("has one control for all collections where it is narrow", async () => {
    const { page } = await openBoats({ viewport: { width: 400, height: 800 } });
    expect(await page.locator(".collections").isVisible()).toBe(false);
    await page.locator(".collection-choice select").selectOption("issues");
    await expectTexts(page, ".rows tbody tr", [/^OPS-7/]);
  });
});
