import { expect, it } from "vitest";
import { describeInChromium } from "../../../../support/chromium.js";
import { attempt, createStandInBackend, record } from "../../../../support/inspector-backend.js";
import { expectTexts, pagesIn, pageToken } from "./open-page.js";

const start = 1_764_000_000_000;

/** Hostile to HTML, to the direction of text, and to the width of a line. */
const hostile = `<img src=x onerror=alert(1)></script><script>alert(2)</script> \u202e${"x".repeat(3_000)}`;

describeInChromium("the page of the inspector", (open) => {
  const openPage = pagesIn(open);

  it("takes the token out of the address, and keeps it for this tab", async () => {
    const { page, url } = await openPage();
    await page.getByRole("heading", { name: "No deliveries yet" }).waitFor();
    await expect.poll(() => page.url()).toBe(`${url}/`);
    await page.reload();
    await page.getByRole("heading", { name: "No deliveries yet" }).waitFor();
    expect(await page.locator(".details pre").innerText()).toBe("npx kiket-gen trigger issue.created");
    expect(await page.evaluate('[history.length, document.documentElement.outerHTML.includes("token")]')).toEqual([
      2,
      false,
    ]);
  });

  it("says how to open it without a token, and takes one that is entered in the open tab", async () => {
    const { page, url } = await openPage({ address: "" });
    await page.getByText("Press o in the terminal").waitFor();
    await page.goto(`${url}/#token=${pageToken}`);
    await page.getByRole("heading", { name: "No deliveries yet" }).waitFor();
    await expect.poll(() => page.url()).toBe(`${url}/`);
  });

  it("changes a ticket for the token, once", async () => {
    const { page, url, ticket } = await openPage({ address: "", complaints: /401/ });
    await page.getByText("Press o in the terminal").waitFor();
    const address = `${url}/#ticket=${ticket()}`;
    await page.goto(address);
    await page.getByRole("heading", { name: "No deliveries yet" }).waitFor();
    await expect.poll(() => page.url()).toBe(`${url}/`);
    await page.reload();
    await page.getByRole("heading", { name: "No deliveries yet" }).waitFor();
    const other = await page.context().newPage();
    await other.goto(address);
    await other.getByText("Press o in the terminal").waitFor();
    expect(other.url()).toBe(`${url}/`);
  });

  it("says when its token is of another run, and tries no further", async () => {
    const { page, restart, stop } = await openPage({ complaints: /401|ERR_/ });
    await page.getByText("live", { exact: true }).waitFor();
    await stop();
    await restart("f".repeat(32));
    await page.getByText("not the one of the running command").waitFor();
  });

  it("lists deliveries as they come, with their details, the newest first", async () => {
    const { page, backend } = await openPage();
    await page.getByText("live", { exact: true }).waitFor();
    backend.put(record("dlv_1", { state: "running", attempts: [] }));
    await expectTexts(page, ".delivery-line", [/^\d\d Nov issue\.created v1 – running$/]);
    backend.put(record("dlv_1"));
    backend.put(record("dlv_2", { createdAt: start + 1_000, event: "comment.created", version: "v2" }));
    await expectTexts(page, ".delivery-line", [
      /comment\.created v2 200 allow 12 ms delivered build #1$/,
      /issue\.created v1 200 allow 12 ms delivered build #1$/,
    ]);
    await page.getByRole("heading", { name: "comment.created v2" }).waitFor();
    const times = await page
      .locator(".delivery-line time")
      .evaluateAll((all) => all.map((one) => one.getAttribute("datetime")));
    expect(times).toEqual([start + 1_000, start].map((at) => new Date(at).toISOString()));
    const list = page.getByRole("tree", { name: "Deliveries and builds" });
    await list
      .getByRole("treeitem", {
        name: /^\d\d Nov comment\.created v2 200 allow 12 ms delivered build #1$/,
        selected: true,
      })
      .waitFor();
    await expectTexts(page, "[role=status]", [/^\d new deliver/]);
  });

  it("shows what came back, what was called and logged, and what was sent", async () => {
    const call = {
      operationId: "createCustomDataRecord",
      method: "POST",
      path: "/api/v1/ext/custom_data/ops/tickets",
      query: { project_id: "7" },
      body: { record: { title: "Printer" } },
      status: 201,
      answer: { data: { id: "rec_1" } },
      at: start + 3,
      ms: 4,
    };
    const logs = [
      {
        at: start + 1,
        level: "warn",
        message: "ticket is late",
        fields: { deliveryId: "dlv_1", event: "case.created", issue: "OPS-7" },
      },
    ] as const;
    const backend = createStandInBackend([record("dlv_1", { attempts: [attempt({ calls: [call], logs })] })]);
    const { page } = await openPage({ backend });
    const section = (title: string) =>
      page.locator("details.section", { has: page.getByRole("heading", { name: title }) });
    await section("Reply").getByText("verdict allow").waitFor();
    expect(await section("Reply").locator("pre").innerText()).toBe('{\n  "status": "allow"\n}');
    await section("Waterfall").getByText("createCustomDataRecord").click();
    expect(await section("Waterfall").locator("pre").allInnerTexts()).toEqual([
      '{\n  "record": {\n    "title": "Printer"\n  }\n}',
      '{\n  "data": {\n    "id": "rec_1"\n  }\n}',
    ]);
    expect(await section("Waterfall").locator(".values").innerText()).toMatch(/project_id\s+7/);
    expect(await section("Log lines").locator("li").innerText()).toMatch(
      /^\d\d:\d\d:\d\d \+1 ms warn ticket is late event=case\.created issue=OPS-7$/,
    );
    expect(await section("Payload").locator("pre").innerText()).toContain('"title": "Printer is on fire"');
    await section("Payload").getByRole("button", { name: "Raw" }).click();
    expect(await section("Payload").locator("pre").innerText()).toBe(attempt().request.body);
    await section("Claims").locator("summary").click();
    expect(await section("Claims").locator("pre").innerText()).toContain('"iss": "kiket.dev"');
    await section("Headers").locator("summary").click();
    expect(await section("Headers").innerText()).toMatch(
      /POST http:\/\/127\.0\.0\.1:8000\S+\s+content-type\s+application\/json/,
    );
  });

  it("shows all attempts of a delivery that is repeated, and when the next is due", async () => {
    const failed = attempt({ reply: { status: 500, headers: {}, body: "boom" }, verdict: "deny" });
    const attempts = [
      failed,
      {
        ...failed,
        number: 2,
        at: start + 512,
        build: 2,
        reply: { ...attempt().reply, status: 503, headers: {}, body: "down" },
      },
    ];
    const next = { at: start + 5_512, schedule: 300_000 };
    const backend = createStandInBackend([record("dlv_1", { state: "retrying", attempts, next })]);
    const { page } = await openPage({ backend });
    await expectTexts(page, ".attempts li", [/500 12 ms #1$/, /503 12 ms #2 500 ms after the one before$/]);
    await page.getByText("Kiket would wait 5 min.").waitFor();
    expect(await page.locator("details.section pre").first().innerText()).toBe("down");
    await page.getByRole("button", { name: /500 12 ms #1/ }).click();
    expect(await page.locator("details.section pre").first().innerText()).toBe("boom");
  });

  it("shows hostile text as text", async () => {
    const body = JSON.stringify({ title: hostile });
    const one = record("dlv_1", {
      event: hostile,
      attempts: [
        attempt({
          request: { ...attempt().request, body, headers: { [hostile]: hostile }, claims: { [hostile]: hostile } },
          reply: { status: 200, headers: { x: hostile }, body: hostile },
          verdict: hostile,
          error: hostile,
          calls: [
            {
              method: "GET",
              path: hostile,
              query: { [hostile]: hostile },
              body: hostile,
              status: 200,
              at: start,
              ms: 1,
            },
          ],
          logs: [{ at: start, level: "info", message: hostile, fields: { [hostile]: `${hostile}\n${hostile}` } }],
        }),
      ],
    });
    const { page, backend } = await openPage({ backend: createStandInBackend([one]), complaints: /404/ });
    page.on("dialog", () => expect.unreachable("text was run"));
    await page.locator("details.section").first().waitFor();
    await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
    backend.become({
      name: hostile,
      builds: [{ number: 1, at: start, reason: hostile, error: hostile }],
      events: [{ name: hostile, version: hostile, confidence: hostile }],
    });
    await page.locator(".build-problem").waitFor();
    expect(await page.locator("#page img, #page script").count()).toBe(0);
    expect(await page.locator(".problem").last().innerText()).toBe(hostile);
    await page.getByRole("button", { name: "Raw" }).last().click();
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    await page.getByRole("button", { name: "Send…" }).click();
    await page.getByRole("heading", { name: "Send a delivery" }).waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    expect(await page.evaluate("document.querySelector('select').getBoundingClientRect().right <= innerWidth")).toBe(
      true,
    );
    expect(await page.locator("#page img, #page script").count()).toBe(0);
  });

  it("replays the shown delivery, and shows the replay", async () => {
    const { page, backend, url } = await openPage({ backend: createStandInBackend([record("dlv_1")]) });
    await page.getByRole("button", { name: "Replay" }).click();
    await page.getByText("a replay of").waitFor();
    expect(backend.asked).toEqual([{ id: "dlv_1" }]);
    await expect.poll(() => page.url()).toBe(`${url}/#delivery=dlv_replay_1`);
    expect(await page.locator("[aria-selected=true]").getAttribute("id")).toBe("delivery-dlv_replay_1");
    await page.getByRole("button", { name: "dlv_1", exact: true }).click();
    await page.getByText("from the terminal").waitFor();
    backend.put(record("dlv_9", { createdAt: start + 999_999_999 }));
    await expectTexts(page, "[role=status]", [/^\d new deliver/]);
    // Who has chosen one keeps it when another arrives.
    await expect.poll(() => page.url()).toBe(`${url}/#delivery=dlv_1`);
  });

  it("shows a delivery that it sent while its first attempt still runs", async () => {
    const backend = createStandInBackend([record("dlv_1")]);
    let finish = () => {};
    const slow = {
      ...backend,
      replay: () => {
        const running = record("dlv_2", {
          origin: "replay",
          replayOf: "dlv_1",
          state: "running",
          createdAt: start + 1,
          attempts: [],
        });
        backend.put(running);
        return new Promise<typeof running>((resolve) => {
          finish = () => resolve(running);
        });
      },
    };
    const { page, url } = await openPage({ backend: slow });
    await page.getByRole("button", { name: "Replay" }).click();
    await page.getByText("It is being sent.").waitFor();
    await expect.poll(() => page.url()).toBe(`${url}/#delivery=dlv_2`);
    await page.keyboard.press("k");
    await page.keyboard.press("j");
    await page.getByText("from the terminal").waitFor();
    finish();
    await page.waitForTimeout(200);
    await expect.poll(() => page.url()).toBe(`${url}/#delivery=dlv_1`);
  });

  it("says why a replay could not be done", async () => {
    const backend = createStandInBackend([record("dlv_1")]);
    const { page } = await openPage({
      backend: { ...backend, replay: (request) => backend.replay({ ...request, id: "gone" }) },
      complaints: /404/,
    });
    await page.getByRole("button", { name: "Replay" }).click();
    await page.getByRole("alert").getByText("there is no such delivery. See the list.").waitFor();
  });
});
