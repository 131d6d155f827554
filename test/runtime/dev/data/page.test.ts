import { expect, it } from "vitest";
import { allow } from "../../../../runtime/index.js";
import { describeInChromium } from "../../../support/chromium.js";
import { expectTexts } from "../../platform/inspector/page/open-page.js";
import { kiketPagesIn } from "../kiket-page.js";
import { createMemoryStorage, openKiketOf, project, startProgram } from "../project.js";

const settings = [{ key: "GREETING", type: "string", default: "Hello" }] as const;

describeInChromium("the data of a local Kiket on the page", (open) => {
  // The test ends the local Kiket while the page is open.
  const openPageOf = kiketPagesIn(open, /^\[DOM\] Password forms should have|ERR_CONNECTION_REFUSED$/);

  it("shows what a handler writes with its delivery, edits what calls see, and keeps all of it", async () => {
    const storage = createMemoryStorage();
    const restarts: string[] = [];
    const options = {
      inspector: true,
      storage,
      project: { ...project, settings, scopes: ["custom_data:read", "custom_data:write"] },
      onVariables: () => void restarts.push(""),
    };
    const kiket = await openKiketOf(options);
    const seen: unknown[] = [];
    const program = await startProgram(kiket, async ({ boat }, { endpoints, secret }) => {
      const records = endpoints.customData(1);
      seen.push(await secret("API_TOKEN"), await records.list("com.example.boats", "boats"));
      await records.create("com.example.boats", "boats", { name: boat.name });
      return allow();
    });
    kiket.serveAt({ url: program.url, build: 1 });
    const page = await openPageOf(kiket);
    await page.keyboard.press("2");
    await page.getByRole("heading", { name: "Data", exact: true }).waitFor();
    const { id } = await kiket.send({ event: "boat.docked" });
    await page.getByRole("button", { name: "boats 1" }).click();
    await expectTexts(page, ".rows tbody tr", [/^1 Ingrid /]);
    await page.getByRole("button", { name: "1", exact: true }).click();
    await page.getByRole("textbox", { name: "name" }).fill("Olga");
    await page.getByRole("button", { name: "Save" }).click();
    await expectTexts(page, ".rows tbody tr", [/^1 Olga /]);
    await page.getByRole("button", { name: "Secrets 1" }).click();
    await page.getByRole("button", { name: "API_TOKEN" }).click();
    await page.getByLabel("value required").fill("from the page");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await kiket.send({ event: "boat.docked" });
    expect(seen).toEqual(["from the store", [], "from the page", [expect.objectContaining({ id: 1, name: "Olga" })]]);
    await page.getByRole("button", { name: "Settings 1" }).click();
    await page.getByRole("button", { name: "GREETING" }).click();
    await page.getByRole("textbox", { name: "value" }).fill("Ahoy");
    await page.getByRole("button", { name: "Save" }).click();
    await expectTexts(page, ".rows tbody tr", [/^GREETING Ahoy this page/]);
    expect([restarts.length, kiket.variables()]).toEqual([1, { GREETING: "Ahoy" }]);
    // From a row to the delivery that created it.
    await page.getByRole("button", { name: "boats 2" }).click();
    await page.getByRole("button", { name: "1", exact: true }).click();
    await page.getByRole("button", { name: "The delivery that created it" }).click();
    await page.locator("#details-title").waitFor();
    await expect.poll(() => page.url()).toContain(`#delivery=${id}`);

    await kiket.close();
    const later = await openKiketOf(options);
    expect(later.variables()).toEqual({ GREETING: "Ahoy" });
    expect(later.data.rows("table:com.example.boats/boats")?.rows.map(({ values }) => values.name)).toEqual([
      "Olga",
      "Ingrid",
    ]);
    expect(later.data.rows("secrets")?.rows).toMatchObject([{ values: { secret: "API_TOKEN", from: "local Kiket" } }]);
  });
});
