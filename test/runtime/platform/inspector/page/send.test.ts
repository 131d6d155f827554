import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { findings } from "../../../../support/axe.js";
import { describeInChromium } from "../../../../support/chromium.js";
import {
  createStandInBackend,
  record,
  type StandInBackend,
  standInEvents,
} from "../../../../support/inspector-backend.js";
import { expectTexts, openedEditor, pagesIn, writtenText } from "./open-page.js";

const hostile = "<img src=x onerror=alert(1)> \u202etxet";

const orderSchema = {
  type: "object",
  required: ["order"],
  properties: {
    note: { type: "string", description: hostile },
    order: {
      type: "object",
      description: "What was ordered.",
      required: ["state"],
      properties: {
        unit: { type: "string" },
        state: { enum: ["open", "shipped"], description: "Where it is." },
        items: { type: "array", items: { $ref: "#/$defs/item" } },
      },
    },
  },
  $defs: {
    item: { type: "object", required: ["sku"], properties: { sku: { type: "string" }, gift: { type: "boolean" } } },
  },
};

/** A backend with one event, which has the schema above, two secrets and two scopes. */
function orders(): StandInBackend {
  const backend = createStandInBackend();
  const event = { name: "order.placed", version: "v3", sample: {}, schema: orderSchema, confidence: "guessed" };
  backend.become({
    events: [event, ...standInEvents],
    scopes: ["issues:read", "issues:write"],
    secrets: ["API_KEY", "OTHER_KEY"],
  });
  return { ...backend, event: (name, version) => (name === event.name ? event : backend.event(name, version)) };
}

/** What a browser pastes with. */
interface PasteTypes {
  readonly DataTransfer: new () => { setData(type: string, text: string): void };
  readonly ClipboardEvent: new (type: string, members: object) => Event;
}

async function openForm(page: Page) {
  await page.getByText("live", { exact: true }).waitFor();
  await page.keyboard.press("n");
  return openedEditor(page);
}

const sendButton = (page: Page) => page.getByRole("button", { name: "Send", exact: true });

describeInChromium("the form that sends a delivery", (open) => {
  const openPage = pagesIn(open);

  it("edits the payload of a delivery, with its problems and their places, and sends it", async () => {
    const { page, backend } = await openPage({ backend: createStandInBackend([record("dlv_1")]) });
    await page.getByRole("button", { name: "Edit and send" }).click();
    const text = await openedEditor(page);
    expect(await page.getByRole("textbox", { name: "Payload" }).count()).toBe(1);
    expect(await writtenText(text)).toBe('{\n  "issue": {\n    "id": 7,\n    "title": "Printer is on fire"\n  }\n}');
    await page.getByText("No problems found for issue.created v1.").waitFor();
    expect(await text.getAttribute("aria-invalid")).toBe("false");
    await text.fill('{\n  "issue": {\n    "title": 7,\n  }\n}');
    await expectTexts(page, ".check", [/cannot be sent yet\. line 4, column 3 (Property name|Value) expected/]);
    expect(await page.locator(".cm-lintRange-error").innerText()).toBe("}");
    await sendButton(page).click();
    expect(backend.asked).toEqual([]);
    await text.fill('{\n  "issue": {\n    "title": 725\n  }\n}');
    await expectTexts(page, ".check", [
      /^1 problem with the schema of issue\.created v1\. .*line 3, column 14 issue\.title: must be text$/,
    ]);
    expect(await text.getAttribute("aria-invalid")).toBe("true");
    expect(await page.locator(".cm-lintRange-warning").innerText()).toBe("725");
    await page.getByRole("button", { name: "line 3, column 14" }).click();
    expect(await page.evaluate("document.querySelector('.editor').shadowRoot.getSelection().toString()")).toBe("725");
    await text.fill(`{\n${"\n".repeat(200)}"issue": {\n"title": 7\n  }\n}`);
    await page.getByRole("button", { name: "line 203, column 10" }).click();
    const scroller = page.locator(".cm-scroller");
    await expect.poll(() => scroller.evaluate(({ scrollTop }) => scrollTop)).toBeGreaterThan(1_000);
    await page.keyboard.press("Control+Enter");
    await page.getByText("from this page").waitFor();
    expect(backend.asked).toEqual([
      { event: "issue.created", version: "v1", payload: { issue: { title: 7 } }, origin: "page" },
    ]);
    expect(await page.locator("[aria-selected=true]").getAttribute("id")).toBe("delivery-dlv_sent_1");
  });

  it("begins with the sample of the chosen event, and keeps what was written", async () => {
    const { page, backend } = await openPage();
    const text = await openForm(page);
    await expect.poll(() => writtenText(text)).toContain('"key": "OPS-7"');
    await page.getByText("documented: its members were seen only in documentation.").waitFor();
    await page.getByRole("combobox", { name: "Event" }).selectOption("comment.created v2");
    await expect.poll(() => writtenText(text)).toBe('{\n  "comment": {\n    "id": 1,\n    "body": "Hello"\n  }\n}');
    await page.getByText("read: its members were seen in shipped code.").waitFor();
    await page.getByText("No problems found for comment.created v2.").waitFor();
    backend.become({ events: [{ name: "comment.created", version: "v2", confidence: "none" }, ...standInEvents] });
    await page.getByText("Nothing is known of the payload of this event: only its JSON is checked.").waitFor();
    backend.become({ events: standInEvents });
    await text.fill('{"comment":{"id":2}}');
    await page.getByRole("combobox", { name: "Event" }).selectOption("issue.created v1");
    await page.getByText("1 problem with the schema of issue.created v1.").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("heading", { name: "No deliveries yet" }).waitFor();
    await page.keyboard.press("n");
    await expect.poll(async () => writtenText(await openedEditor(page))).toBe('{"comment":{"id":2}}');
    await page.getByRole("button", { name: "Use the sample" }).click();
    await expect.poll(() => writtenText(text)).toContain('"key": "OPS-7"');
  });

  it("loads the editor only when it is opened", async () => {
    const { page } = await openPage();
    const asked: string[] = [];
    page.on("request", (request) => void asked.push(new URL(request.url()).pathname));
    await page.reload();
    await page.getByText("live", { exact: true }).waitFor();
    expect(asked).toContain("/assets/app.js");
    expect(asked).not.toContain("/assets/json-editor.js");
    await page.keyboard.press("n");
    await openedEditor(page);
    expect(asked.filter((path) => path === "/assets/json-editor.js")).toHaveLength(1);
  });

  it("does without the editor where it cannot be loaded, and keeps what is written until it is there", async () => {
    const { page, backend } = await openPage({ complaints: /ERR_FAILED/ });
    let load = () => {};
    await page.route("**/json-editor.js", (route) => {
      load = () => void route.continue();
    });
    await page.getByText("live", { exact: true }).waitFor();
    await page.keyboard.press("n");
    const plain = page.locator("textarea");
    await expect.poll(() => plain.inputValue()).toContain('"key": "OPS-7"');
    await plain.fill('{"issue": {"title": "Written early"}}');
    await plain.evaluate((field) =>
      (field as unknown as { setSelectionRange(a: number, b: number): void }).setSelectionRange(11, 18),
    );
    await expect.poll(() => load.name).toBe("load");
    load();
    const text = await openedEditor(page);
    expect(await writtenText(text)).toBe('{"issue": {"title": "Written early"}}');
    await page.keyboard.type('"name"');
    await expect.poll(() => writtenText(text)).toBe('{"issue": {"name": "Written early"}}');
    await page.unroute("**/json-editor.js");
    await page.route("**/json-editor.js", (route) => route.abort());
    await page.reload();
    await page.getByText("The editor with completion could not be loaded.").waitFor();
    await plain.fill('{"issue": {"title": 7}}');
    await page.getByRole("button", { name: "line 1, column 21" }).click();
    expect(await page.evaluate("getSelection().toString()")).toBe("7");
    await page.keyboard.press("Control+Enter");
    await page.getByText("from this page").waitFor();
    expect(backend.asked).toMatchObject([{ payload: { issue: { title: 7 } } }]);
  });

  it("writes a payload with completions from the schema, by keyboard alone", async () => {
    const { page, backend } = await openPage({ backend: orders() });
    const text = await openForm(page);
    await expect.poll(() => writtenText(text)).toBe("{}");
    await page.getByText("guessed: its members are a guess, from similar events.").waitFor();
    await page.getByRole("heading", { name: "Send a delivery" }).focus();
    for (let tabs = 0; tabs < 2; tabs += 1) await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Control+Space");
    const pressInList = async (key: string) => {
      // The editor takes no key for a list that has only just come up.
      await page.waitForTimeout(200);
      await page.keyboard.press(key);
    };
    const offered = page.getByRole("listbox", { name: "Completions" }).getByRole("option");
    await expect.poll(() => offered.allInnerTexts()).toEqual(['"order"object, required', '"note"string']);
    expect(await page.locator(".cm-completionInfo").innerText()).toBe("What was ordered.");
    await pressInList("ArrowDown");
    // What a schema says is text, whatever it looks like.
    await expect.poll(() => page.locator(".cm-completionInfo").innerText()).toBe(hostile);
    expect(await page.locator(".editor img").count()).toBe(0);
    await pressInList("ArrowUp");
    await pressInList("Enter");
    await expect.poll(() => writtenText(text)).toBe('{"order": {\n  "state": "open"\n}}');
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.type(",\n");
    await page.keyboard.type('"it');
    await expect.poll(() => offered.allInnerTexts()).toEqual(['"items"array', '"unit"string']);
    await pressInList("Enter");
    await expect.poll(() => offered.allInnerTexts()).toEqual(['{"sku":""}to begin with']);
    await pressInList("Enter");
    await page.keyboard.press("Control+Home");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");
    await page.getByText("order.state: one of 2 values, required. Where it is.").waitFor();
    await page.keyboard.press("Control+Enter");
    await page.getByText("from this page").waitFor();
    expect(backend.asked).toEqual([
      {
        ...{ event: "order.placed", version: "v3", origin: "page" },
        payload: { order: { state: "open", items: [{ sku: "" }] } },
      },
    ]);
  });

  it("leaves letters to the editor, lets Tab out of it, and goes back with Escape", async () => {
    const { page, url } = await openPage({ backend: createStandInBackend([record("dlv_1")]) });
    const text = await openForm(page);
    await text.fill("");
    await text.pressSequentially("jken?1");
    expect(await writtenText(text)).toBe("jken?1");
    await expect.poll(() => page.url()).toBe(`${url}/#send`);
    await page.getByRole("button", { name: "line 1, column 1" }).waitFor();
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("line 1, column 1");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.type("x");
    expect(await writtenText(text)).toBe("jken?1x");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Escape");
    await expect.poll(() => page.url()).toBe(`${url}/`);
  });

  it("sends with the chosen scopes and secrets, and keeps no value of a secret", async () => {
    const { page, backend } = await openPage({ backend: orders() });
    await openForm(page);
    const summary = page.locator("summary", { hasText: "Token and secrets" });
    await expectTexts(page, "summary", ["Token and secrets token with 2 scopes, secrets as kept"]);
    await summary.click();
    await page.getByRole("checkbox", { name: "issues:write" }).uncheck();
    await page.getByRole("textbox", { name: "Others" }).fill("files:read, audit:read");
    await page.getByRole("combobox", { name: "API_KEY" }).selectOption("another value");
    const value = page.getByLabel("Value of API_KEY");
    expect(await value.getAttribute("type")).toBe("password");
    await value.fill("s3cret-value");
    await expectTexts(page, "summary", ["Token and secrets token with 3 scopes, 1 secret changed"]);
    await sendButton(page).click();
    await page.getByText("from this page").waitFor();
    await page.keyboard.press("n");
    await summary.click();
    expect(await page.getByRole("combobox", { name: "API_KEY" }).inputValue()).toBe("kept");
    const kept = await page.evaluate("JSON.stringify([sessionStorage, localStorage, location.href, history.state])");
    expect(kept).not.toContain("s3cret-value");
    expect(await page.content()).not.toContain("s3cret-value");
    // Scopes are of the draft, and stay.
    expect(await page.getByRole("textbox", { name: "Others" }).inputValue()).toBe("files:read audit:read");
    await page.getByRole("button", { name: "None" }).click();
    await page.getByRole("combobox", { name: "OTHER_KEY" }).selectOption("left out");
    await sendButton(page).click();
    await expect.poll(() => backend.asked.length).toBe(2);
    await page.getByText("from this page").waitFor();
    await page.keyboard.press("n");
    await summary.click();
    await page.getByRole("button", { name: "As declared" }).click();
    await page.getByRole("radio", { name: "HMAC" }).check();
    await page.getByText("Such a delivery has no token").waitFor();
    await sendButton(page).click();
    await expect.poll(() => backend.asked.length).toBe(3);
    const shared = { event: "order.placed", version: "v3", payload: {}, origin: "page" };
    expect(backend.asked).toEqual([
      {
        ...{ ...shared, scopes: ["issues:read", "files:read", "audit:read"] },
        ...{ secrets: { API_KEY: "s3cret-value" }, keptSecrets: ["OTHER_KEY"] },
      },
      { ...shared, scopes: [], secrets: {}, keptSecrets: ["API_KEY"] },
      { ...shared, hmac: true },
    ]);
  });

  it("has no token and no secrets to choose for a receiver", async () => {
    const backend = orders();
    backend.become({ kind: "receiver" });
    const { page } = await openPage({ backend });
    await openForm(page);
    expect(await page.locator("summary").count()).toBe(0);
  });

  it("keeps the draft over a reload, in this tab alone", async () => {
    const { page, url } = await openPage({ backend: orders() });
    const text = await openForm(page);
    await text.fill('{"note": "half wri');
    await page.locator("summary").click();
    await page.getByRole("checkbox", { name: "* (all)" }).check();
    await page.getByRole("combobox", { name: "API_KEY" }).selectOption("another value");
    await page.getByLabel("Value of API_KEY").fill("s3cret-value");
    await page.reload();
    await expect.poll(() => writtenText(text)).toBe('{"note": "half wri');
    await expect.poll(() => page.url()).toBe(`${url}/#send`);
    await expectTexts(page, "summary", ["Token and secrets token with all scopes, secrets as kept"]);
    expect(await page.evaluate("Object.keys(localStorage)")).toEqual([]);
  });

  it("has no draft of another project that was at the same address", async () => {
    const { page, backend } = await openPage({ backend: orders() });
    const text = await openForm(page);
    await text.fill('{"note": "half wri');
    await page.reload();
    await expect.poll(() => writtenText(text)).toBe('{"note": "half wri');
    backend.become({ name: "Boats" });
    await page.reload();
    await expect.poll(() => writtenText(text)).toBe("{}");
  });

  it("takes a payload of 5 MB, and checks it when asked", async () => {
    const { page, backend } = await openPage();
    const text = await openForm(page);
    const rows = Array.from({ length: 50_000 }, (_, id) => ({ id, text: "x".repeat(80) }));
    const payload = { issue: { title: 7 }, rows };
    const whole = JSON.stringify(payload, null, 1);
    expect(whole.length).toBeGreaterThan(5_000_000);
    await text.press("Control+a");
    await text.evaluate((content, pasted) => {
      const { DataTransfer, ClipboardEvent } = globalThis as unknown as PasteTypes;
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", pasted);
      content.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    }, whole);
    await page.getByText(/^\d\.\d MB are too long for completion/).waitFor();
    await page.getByText("Long text is not checked while you write.").waitFor();
    await page.keyboard.press("Control+Home");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.type(" ");
    await expect.poll(() => writtenText(text)).toMatch(/^\{ \n "issue"/);
    await page.getByRole("button", { name: "Check now" }).click();
    await page.getByRole("button", { name: "line 3, column 12" }).waitFor();
    // Only what is in sight is in the document.
    expect(await page.locator(".cm-line").count()).toBeLessThan(200);
    await sendButton(page).click();
    await page.getByText("from this page").waitFor();
    expect(backend.asked).toEqual([{ event: "issue.created", version: "v1", payload, origin: "page" }]);
  });

  it.each([
    ["light", 1280],
    ["dark", 1280],
    ["light", 400],
    ["dark", 400],
  ] as const)("has no accessibility problems that axe finds: %s, %i px wide", async (colorScheme, width) => {
    const viewport = { width, height: 900 };
    const { page } = await openPage({ backend: orders(), colorScheme, viewport, reducedMotion: "reduce" });
    const text = await openForm(page);
    await page.locator("summary").click();
    await page.getByRole("combobox", { name: "API_KEY" }).selectOption("another value");
    await text.fill('{\n  "order": {"state": 7},\n  "note": true,\n  \n}');
    await page.getByText("cannot be sent yet").waitFor();
    await page.keyboard.press("ArrowUp");
    expect(await findings(page)).toEqual([]);
    await text.fill("{}");
    await text.press("ArrowLeft");
    await text.press("Control+Space");
    await page.locator(".cm-completionInfo").waitFor();
    expect(await findings(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  });
});
