import { expect, it } from "vitest";
import { createPayloadCheck } from "../../../generator/dev/payload/check-payload.js";
import { allow, deny } from "../../../runtime/index.js";
import { describeInChromium } from "../../support/chromium.js";
import { expectTexts, openedEditor, writtenText } from "../platform/inspector/page/open-page.js";
import { kiketPagesIn } from "./kiket-page.js";
import { openKiketOf, project, startProgram } from "./project.js";

describeInChromium("the page of a local Kiket", (open) => {
  const openPageOf = kiketPagesIn(open);

  it("shows a delivery that waits, then runs, with its calls and lines, and sends it again with another payload", async () => {
    const check = () => [{ kind: "wrong" as const, path: "boat.name", message: "must be longer" }];
    const kiket = await openKiketOf({ inspector: true, check });
    const page = await openPageOf(kiket);
    await page.getByText("Extension does not listen yet; deliveries wait").waitFor();
    const sent = kiket.send({ event: "boat.docked" });
    await expectTexts(page, ".delivery-line", [/boat\.docked v1 – waiting$/]);
    await page.getByText("It waits until the extension runs.").waitFor();
    const program = await startProgram(kiket, async ({ boat }, { endpoints, log }) => {
      if (boat.name === "Titanic") return deny({ message: "too large" });
      await endpoints.customData(1).create("com.example.boats", "boats", { name: boat.name });
      log.info("docked", { boat: boat.name });
      return allow();
    });
    kiket.serveAt({ url: program.url, build: 1 });
    kiket.built({ number: 1, at: Date.now(), reason: "start", ms: 20 });
    await sent;
    await expectTexts(page, ".delivery-line", [/boat\.docked v1 200 allow [\d.]+ m?s delivered build #1$/]);
    await page.getByText(`Extension listens at ${program.url}, build 1`).waitFor();
    await expectTexts(page, ".call summary", [/^createCustomDataRecord POST \S+ 201 after \+\S+ m?s for \S+ m?s$/]);
    await expectTexts(page, ".logs li", [/ info docked .*boat=Ingrid/, / info A delivery was handled /]);
    await expectTexts(page, ".waterfall > ol > li > .waterfall-row .row-name", [
      ...["Body", "Proof of origin", "Version and scopes", "Store: begin", "Handler"],
      ...["Making the reply", "Store: finish"],
    ]);
    await page.keyboard.press("e");
    const text = await openedEditor(page);
    await expect.poll(() => writtenText(text)).toContain('"name": "Ingrid"');
    await text.fill('{ "boat": { "name": "Titanic" } }');
    await expectTexts(page, ".problems li", ["line 1, column 21 boat.name: must be longer"]);
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await page.getByText("from this page").waitFor();
    await expectTexts(page, ".delivery-line", [
      / 200 deny [\d.]+ m?s delivered build #1$/,
      / 200 allow [\d.]+ m?s delivered build #1$/,
    ]);
    await page.keyboard.press("r");
    await page.getByText("a replay of").waitFor();
    expect(kiket.deliveries().map(({ origin }) => origin)).toEqual(["replay", "page", "trigger"]);
    expect(kiket.deliveries().filter((delivery) => "payload" in delivery)).toEqual([]);
  });

  it("shows where a payload differs from its schema, which stops nothing", async () => {
    const payloads = createPayloadCheck();
    await payloads.learn(project.events);
    const kiket = await openKiketOf({ inspector: true, check: payloads.check });
    const program = await startProgram(kiket, () => allow(), { event: "issue.created" });
    kiket.serveAt({ url: program.url, build: 1 });
    await kiket.send({ event: "issue.created", version: "v1", payload: { issue: { title: 5, titel: "Bow light" } } });
    const page = await openPageOf(kiket);
    await page.getByText("2 members differ from the schema of issue.created v1:").waitFor();
    await expectTexts(page, ".problems li", [
      "issue.titel is a member that the schema does not know",
      "issue.title must be text",
    ]);
    await expectTexts(page, "pre mark", ['"title"', '"titel"']);
    expect(kiket.deliveries().map(({ state }) => state)).toEqual(["delivered"]);
  });

  it("shows the scopes that a handler needs, as soon as a delivery shows them", async () => {
    const kiket = await openKiketOf({ inspector: true, project: { ...project, scopes: ["issues:read"] } });
    const page = await openPageOf(kiket);
    await page.getByRole("link", { name: "Scopes" }).click();
    await expectTexts(page, "[aria-labelledby=declared-scopes] tbody tr", ["issues:read no use is known so far"]);
    const program = await startProgram(kiket, async (_payload, { endpoints }) => {
      await endpoints.customData(1).create("m", "boats", { name: "Ingrid" });
    });
    kiket.serveAt({ url: program.url, build: 1 });
    const { id } = await kiket.send({ event: "boat.docked" });
    await expectTexts(page, ".missing-scopes li", ["- custom_data.write Copy needed by boat.docked v1"]);
    await page.getByRole("button", { name: id }).click();
    await page.getByRole("heading", { name: "boat.docked v1" }).waitFor();
  });

  it("shows attempts as they come, with the handler's own error", async () => {
    const kiket = await openKiketOf({ inspector: true, compression: 300 });
    const page = await openPageOf(kiket);
    let calls = 0;
    const program = await startProgram(kiket, () => {
      calls += 1;
      if (calls === 1) throw new Error("no berth is free");
      return allow();
    });
    kiket.serveAt({ url: program.url, build: 1 });
    await kiket.send({ event: "boat.docked" });
    await expectTexts(page, ".attempts li", [/500 [\d.]+ m?s #1$/, /200 [\d.]+ m?s #1 .+ after the one before$/]);
    await page.getByRole("button", { name: /500/ }).click();
    await expectTexts(page, ".problem", [/^Error: no berth is free at \S.*page\.test\.ts:\d+:\d+\)$/]);
    await page.locator(".logs").getByText("no berth is free").first().waitFor();
    await expectTexts(page, ".delivery-line", [/boat\.docked v1 200 allow [\d.]+ m?s delivered build #1$/]);
  });

  it("finds in payloads and errors, groups attempts, and copies the command of the project", async () => {
    const command = "npx kiket-gen trigger boat.docked --version v1 --set 'boat.name=\"Rán\"'";
    const asked: unknown[] = [];
    const triggerCommand = (...given: unknown[]) => {
      asked.push(given);
      return command;
    };
    const kiket = await openKiketOf({ inspector: true, compression: 1, triggerCommand });
    const page = await openPageOf(kiket);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const program = await startProgram(kiket, ({ boat }) => {
      if (boat.name === "Rán") throw new Error("no berth is free");
      return allow();
    });
    kiket.serveAt({ url: program.url, build: 1 });
    kiket.built({ number: 1, at: Date.now(), reason: "start", ms: 20 });
    const failed = await kiket.send({ event: "boat.docked", set: { "boat.name": "Rán" } });
    await kiket.send({ event: "boat.docked" });
    await expectTexts(page, ".count", ["2 deliveries"]);
    await page.keyboard.press("/");
    await page.keyboard.type("rán");
    await expectTexts(page, ".delivery-line .hit", ["boat.name: Rán"]);
    await page.getByRole("searchbox").fill("BERTH");
    await expectTexts(page, ".delivery-line .hit mark", ["berth"]);
    await page.locator(`#delivery-${failed.id}[aria-selected=true]`).waitFor();
    await page.getByRole("searchbox").press("Enter");
    await page.keyboard.press("ArrowRight");
    // Kiket's schedule, which is not compressed here.
    await expectTexts(page, ":is(.attempt-line, .due-line) .attempt-words", [
      "attempt 1",
      "attempt 2 after 30 s, on Kiket 30 s",
      "attempt 3 after 1 min, on Kiket 1 min",
      "attempt 4 after 5 min, on Kiket 5 min",
      "attempt 5 after 30 min, on Kiket 30 min",
      "attempt 6 after 2 h, on Kiket 2 h",
      "attempt 7 after 8 h, on Kiket 8 h",
    ]);
    await page.keyboard.press("c");
    await page.getByRole("button", { name: "Copied for a terminal" }).waitFor();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(command);
    expect(asked).toEqual([[kiket.delivery(failed.id), expect.objectContaining({ name: "com.example.boats" })]]);
  });
});
