import { expect, it } from "vitest";
import type { DevKiket } from "../../../../runtime/dev.js";
import { allow } from "../../../../runtime/index.js";
import { describeInChromium } from "../../../support/chromium.js";
import { expectTexts } from "../../platform/inspector/page/open-page.js";
import { kiketPagesIn } from "../kiket-page.js";
import { openKiketOf, startProgram } from "../project.js";

describeInChromium("trouble, on the page of a local Kiket", (open) => {
  const openPageOf = kiketPagesIn(open);

  async function openView(kiket: DevKiket) {
    const page = await openPageOf(kiket);
    await page.getByRole("link", { name: "Faults and clock" }).click();
    return page;
  }

  it("a fault that is injected meets the handler's call, is shown at it, and is gone", async () => {
    const kiket = await openKiketOf({ inspector: true, compression: 1 });
    const page = await openView(kiket);
    const program = await startProgram(
      kiket,
      async ({ boat }, { endpoints }) => {
        await endpoints.customData(1).create("com.example.boats", "boats", { name: boat.name });
        return allow();
      },
      { outbound: { retries: 0 } },
    );
    kiket.serveAt({ url: program.url, build: 1 });
    await page.getByRole("combobox", { name: "Fault" }).selectOption("rate-limit");
    await page.getByRole("spinbutton", { name: "Requests" }).fill("2");
    await page.getByText("Every request", { exact: true }).click();
    await page.getByRole("checkbox", { name: "createCustomDataRecord", exact: true }).check();
    await page.getByRole("button", { name: "Inject" }).click();
    const fault = "429 with Retry-After 1 s: createCustomDataRecord";
    await expectTexts(page, ".active-fault", [`${fault} no request so far, 2 requests to come`]);
    await kiket.send({ event: "boat.docked" });
    await expectTexts(page, ".active-fault", [`${fault} 1 request so far, 1 request to come`]);
    await page.getByRole("link", { name: "Deliveries" }).click();
    await expectTexts(page, ".trouble-badge", ["1 fault active"]);
    await page.locator(".delivery-line").first().click();
    await expectTexts(page, ".call summary", [/^createCustomDataRecord POST \S+ by an injected fault 429 /]);
    await kiket.send({ event: "boat.docked" });
    await expectTexts(page, ".trouble-badge", []);
    await kiket.send({ event: "boat.docked" });
    await expectTexts(page, ".delivery-line .status", ["200", "429", "429"]);
  });

  it("a delivery with a flaw is refused, and that is shown as right, also in the list and the details", async () => {
    const kiket = await openKiketOf({ inspector: true, compression: 1 });
    const page = await openView(kiket);
    const program = await startProgram(kiket, () => allow());
    kiket.serveAt({ url: program.url, build: 1 });
    await page.getByRole("combobox", { name: "Flaw" }).selectOption("wrong-signature");
    await page.getByRole("combobox", { name: "Event" }).selectOption({ label: "boat.docked v1" });
    await page.getByRole("button", { name: "Send with this flaw" }).click();
    const text = "Sent with a changed signature, on purpose. Refused, as it should be.";
    await expectTexts(page, ".flaw-result", [`401 ${text} Show the delivery`]);
    await page.getByRole("combobox", { name: "Flaw" }).selectOption("duplicate");
    await page.getByRole("button", { name: "Send with this flaw" }).click();
    await expectTexts(page, ".flaw-result", [/^200 Sent twice under one id, on purpose: the second reply is the same/]);
    await page.getByRole("button", { name: "Show the delivery" }).click();
    await expectTexts(page, ".delivery-line", [/duplicate 200 allow .* delivered/, /wrong signature 401 .* refused/]);
    await expectTexts(page, ".attempts h3", ["2 attempts"]);
    await page.locator(".delivery-line").nth(1).click();
    await page.locator(".details .good").getByText(text).waitFor();
    expect(await page.getByText("it is lost").count()).toBe(0);
  });

  it("keys that are down make the extension answer 503, and a new key set mends it", async () => {
    const kiket = await openKiketOf({ inspector: true, compression: 600 });
    const page = await openView(kiket);
    const program = await startProgram(kiket, () => allow());
    kiket.serveAt({ url: program.url, build: 1 });
    await page.getByRole("combobox", { name: "Fault" }).selectOption("keys-down");
    await page.getByRole("button", { name: "Inject" }).click();
    await expectTexts(page, ".active-fault b", ["keys down: the key set"]);
    const { id } = await kiket.send({ event: "boat.docked" });
    await page.getByRole("button", { name: "Clear keys down: the key set" }).click();
    await expect.poll(() => kiket.delivery(id)?.state, { timeout: 20_000 }).toBe("delivered");
    await page.getByRole("link", { name: "Deliveries" }).click();
    await page.getByRole("button", { name: /503/ }).first().click();
    await page.locator(".logs").getByText("Signing keys could not be loaded").first().waitFor();
  });
});
