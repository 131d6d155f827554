import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ApiError, allow, createExtension, defineHandler, deny, raw } from "../../runtime/index.js";
import { createTestExtension, isRetried, retrySchedule } from "../../runtime/testing.js";
import { readTree, root } from "../support/project.js";

const page = await readFile(join(root, "docs/reference/statuses.md"), "utf8");

/** The statuses of each reason, from the tables of the page. */
const documented = new Map(
  [...page.matchAll(/^\| `([a-z-]+)` \| ([\d, ]+|none) \|/gm)].map(([, reason = "", statuses = ""]) => [
    reason,
    statuses === "none" ? [] : statuses.split(", ").map(Number),
  ]),
);

/** Where the source gives a reason its status. */
async function statusesInSource(): Promise<ReadonlyMap<string, ReadonlySet<number>>> {
  const texts = Object.entries(await readTree(join(root, "runtime"))).flatMap(([path, text]) =>
    path.endsWith(".ts") ? [text] : [],
  );
  const found = new Map<string, Set<number>>();
  const add = (reason = "", status = 0) => found.set(reason, (found.get(reason) ?? new Set()).add(status));
  for (const text of texts) {
    for (const [, status, reason] of text.matchAll(/new Refusal\(\s*(\d+),\s*"([a-z-]+)"/g))
      add(reason, Number(status));
    for (const [, reason] of text.matchAll(/tryAgain\(\s*"([a-z-]+)"/g)) add(reason, 503);
    // `refuse` of a signature and `invalidClaim` of a token; `refusal` of an event.
    // `refuse` of a signature and `invalidClaim` of a token; `refusal` of an event.
    for (const [, reason] of text.matchAll(
      /\b(?:refuse\(|invalidClaim\(\w+, |invalidClaim\("\w+", |FailureReason = )"([a-z-]+)"/g,
    ))
      add(reason, 401);
    for (const [, reason] of text.matchAll(/\brefusal\("([a-z-]+)"/g)) add(reason, 400);
    for (const [, status, reason] of text.matchAll(/status: (\d+),\s*reason: "([a-z-]+)"/g))
      add(reason, Number(status));
  }
  return found;
}

describe("docs/reference/statuses.md", () => {
  it("has every reason, and no other", async () => {
    const source = await readFile(join(root, "runtime/receive/failure.ts"), "utf8");
    const reasons = [...source.matchAll(/^ {2}\| "([a-z-]+)"/gm)].map(([, reason]) => reason);
    expect(reasons.length).toBeGreaterThan(50);
    expect([...documented.keys()].sort()).toEqual(reasons.sort());
  });

  it("has the status that the source gives each", async () => {
    const found = await statusesInSource();
    expect(found.size).toBeGreaterThan(40);
    const differing = [...documented].flatMap(([reason, statuses]) => {
      const own = [...(found.get(reason) ?? [])].sort();
      return own.length === 0 || own.join() === statuses.join()
        ? []
        : [`${reason}: ${own.join()}, not ${statuses.join()}`];
    });
    expect(differing).toEqual([]);
    // Of deferred runs, which have none, and two that the tests below ask for.
    const others = ["content-unreadable", "other-extension", "path-malformed", "result-unusable"];
    expect([...documented.keys()].filter((reason) => !found.has(reason)).sort()).toEqual(others);
  });

  it("has the schedule of Kiket, and what is tried again", () => {
    expect(retrySchedule.map((wait) => wait / 1000)).toEqual([30, 60, 300, 1800, 7200, 28_800]);
    expect(page).toContain("after 30 s, 1 min, 5 min, 30 min, 2 h and 8 h");
    expect([200, 204, 302, 400, 401, 404, 429, 500, 503, undefined].filter(isRetried)).toEqual([
      429,
      500,
      503,
      undefined,
    ]);
  });

  it("says what each result of a handler is answered with", async () => {
    const event = "issue.created";
    const results: Record<string, () => unknown> = {
      nothing: () => undefined,
      null: () => null,
      allow: () => allow(),
      deny: () => deny({ message: "no" }),
      json: () => ({ seen: 1 }),
      raw: () => raw("a,b", { contentType: "text/csv", status: 202 }),
      map: () => new Map(),
      throws: () => {
        throw new Error("secret detail");
      },
      limited: () => {
        throw new ApiError("slow down", { status: 429, code: undefined, requestId: undefined, retryAfter: 7 });
      },
    };
    const answers: Record<string, unknown> = {};
    for (const [name, result] of Object.entries(results)) {
      const handler = defineHandler({ event, version: "v1" }, result as () => null);
      const kiket = await createTestExtension({ handlers: [handler] });
      const { status, body, failure } = await kiket.deliver(event, "v1");
      const text = typeof body === "object" && body !== null && "error" in body ? body.error : body;
      answers[name] = [status, text, failure?.reason];
      await kiket.close();
    }
    expect(answers).toEqual({
      nothing: [200, { ok: true }, undefined],
      null: [200, { ok: true }, undefined],
      allow: [200, { status: "allow", metadata: {} }, undefined],
      deny: [200, { status: "deny", message: "no", metadata: {} }, undefined],
      json: [200, { seen: 1 }, undefined],
      raw: [202, "a,b", undefined],
      map: [500, "The handler failed", "result-unusable"],
      throws: [500, "The handler failed", "handler-failed"],
      limited: [429, "Rate limit exceeded", "rate-limited"],
    });
  });

  it("says what health and readiness answer", async () => {
    const extension = createExtension({
      handlers: [],
      extensionId: "com.example.a",
      extensionVersion: "1.0.0",
      env: {},
    });
    const ask = async (path: string) => {
      const response = await extension.fetch(new Request(`http://localhost${path}`));
      return [response.status, await response.json()];
    };
    expect(await ask("/health")).toEqual([
      200,
      { status: "ok", extension_id: "com.example.a", extension_version: "1.0.0", registered_events: [] },
    ]);
    expect(await ask("/ready")).toEqual([200, { status: "ready" }]);
    expect((await ask("/webhooks/%E0%A4%A"))[0]).toBe(400);
    await extension.close();
    expect(await ask("/ready")).toEqual([503, { status: "stopping" }]);
  });
});
