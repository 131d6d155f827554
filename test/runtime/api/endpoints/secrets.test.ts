import { describe, expect, test } from "vitest";
import { ApiError, ConfigError, type HandlerContext, KiketError } from "../../../../runtime/index.js";
import { openCalls } from "../../../support/context-calls.js";

const { run, sent } = await openCalls();

describe("secrets", () => {
  const path = "/api/v1/extensions/com.example%2Fgreeter/secrets";

  test("get: the value, null for a 404 only, an error otherwise", async () => {
    const get = ({ secrets }: HandlerContext) => secrets.get("api/key");
    expect(await run(get, [{ status: 200, body: { key: "api/key", value: "s3cr3t" } }])).toBe("s3cr3t");
    expect(await run(get, [{ status: 404, body: {} }])).toBeNull();
    for (const status of [401, 403, 500]) {
      await expect(run(get, [{ status, body: { error: "404" } }])).rejects.toMatchObject({ status });
    }
    await expect(run(get, [{ status: 200, body: { key: "api/key" } }])).rejects.toThrow(KiketError);
    expect(sent()[0]).toEqual(["GET", `${path}/api%2Fkey`, null]);
  });

  test.each([
    ["a bare array", [{ key: "A", created_at: "2026-03-02T08:25:04Z", updated_at: null }, { key: "B" }]],
    ["keys", { keys: ["A", "B"] }],
    ["data", { data: [{ key: "A" }, { key: "B" }] }],
    ["secrets", { secrets: [{ key: "A" }, { key: "B" }] }],
  ])("list accepts %s", async (_what, body) => {
    const entries = await run(({ endpoints }) => endpoints.secrets.list(), [{ status: 200, body }]);
    expect(entries.map(({ key: name }) => name)).toEqual(["A", "B"]);
    expect(sent()).toEqual([["GET", path, null]]);
  });

  test("list keeps the times, and refuses other shapes", async () => {
    const times = { created_at: "2026-03-02T08:25:04Z", updated_at: "2026-03-03T08:25:04Z" };
    const list = ({ secrets }: HandlerContext) => secrets.list();
    expect(await run(list, [{ status: 200, body: [{ key: "A", ...times }] }])).toEqual([
      { key: "A", createdAt: "2026-03-02T08:25:04Z", updatedAt: "2026-03-03T08:25:04Z" },
    ]);
    for (const body of [{}, { keys: "A" }, [{}], [7]]) {
      await expect(run(list, [{ status: 200, body }])).rejects.toThrow(KiketError);
    }
  });

  test("set creates", async () => {
    await run(({ secrets }) => secrets.set("A", "one"), [{ status: 201, body: {} }]);
    expect(sent()).toEqual([["POST", path, { secret: { key: "A", value: "one" } }]]);
  });

  test.each([
    [422, { error: "Key has been taken" }],
    [409, { error: "Secret already exists" }],
  ])("set updates if creating is answered %i", async (status, body) => {
    await run(
      ({ secrets }) => secrets.set("A", "two"),
      [
        { status, body },
        { status: 200, body: {} },
      ],
    );
    expect(sent()).toEqual([
      ["POST", path, { secret: { key: "A", value: "two" } }],
      ["PATCH", `${path}/A`, { secret: { value: "two" } }],
    ]);
  });

  test("set throws the first error if there is nothing to update", async () => {
    const set = run(
      ({ secrets }) => secrets.set("A", "two"),
      [
        { status: 422, body: { error: "Value is too long" } },
        { status: 404, body: { error: "Not found" } },
      ],
    );
    await expect(set).rejects.toMatchObject({ status: 422, message: expect.stringContaining("Value is too long") });
  });

  test("set does not try again after other failures", async () => {
    await expect(run(({ secrets }) => secrets.set("A", "x"), [{ status: 500, body: {} }])).rejects.toThrow(ApiError);
    expect(sent()).toHaveLength(1);
  });

  test("rotate replaces in one step, creates a missing secret, and never deletes", async () => {
    await run(({ secrets }) => secrets.rotate("A", "new"), [{ status: 200, body: {} }]);
    await run(
      ({ secrets }) => secrets.rotate("B", "new"),
      [
        { status: 404, body: {} },
        { status: 201, body: {} },
      ],
    );
    expect(sent()).toEqual([
      ["PATCH", `${path}/A`, { secret: { value: "new" } }],
      ["PATCH", `${path}/B`, { secret: { value: "new" } }],
      ["POST", path, { secret: { key: "B", value: "new" } }],
    ]);
    await expect(run(({ secrets }) => secrets.rotate("A", "x"), [{ status: 500, body: {} }])).rejects.toThrow(ApiError);
    expect(sent().map(([method]) => method)).not.toContain("DELETE");
  });

  test("a value that Kiket quotes is not in the error", async () => {
    const details = [{ field: "s3cr3t-value", message: "s3cr3t-value is too short" }];
    const refused = [{ status: 400, body: { error: "s3cr3t-value is too weak", details } }];
    for (const use of [
      ({ secrets }: HandlerContext) => secrets.set("A", "s3cr3t-value"),
      ({ secrets }: HandlerContext) => secrets.rotate("A", "s3cr3t-value"),
    ]) {
      await expect(run(use, refused)).rejects.toMatchObject({
        status: 400,
        message: expect.stringMatching(
          / answered 400: \[redacted\] is too weak \(\[redacted\] \[redacted\] is too short\)$/,
        ),
        details: [{ field: "[redacted]", message: "[redacted] is too short" }],
      });
    }
  });

  test("delete", async () => {
    await run(({ secrets }) => secrets.delete("A"), [{ status: 204 }]);
    expect(sent()).toEqual([["DELETE", `${path}/A`, null]]);
  });

  test("blank values and impossible keys are refused before any call", async () => {
    await expect(run(({ secrets }) => secrets.set("A", " "))).rejects.toThrow("A secret's value must not be blank.");
    await expect(run(({ secrets }) => secrets.rotate("A", ""))).rejects.toThrow("A secret's value must not be blank.");
    await expect(run(({ secrets }) => secrets.delete(".."))).rejects.toThrow("key must be an id");
    expect(sent()).toEqual([]);
  });

  test("without an extension id: a clear error, and no call", async () => {
    for (const use of [
      ({ secrets }: HandlerContext) => secrets.get("A"),
      ({ secrets }: HandlerContext) => secrets.set("A", "x"),
      ({ secrets }: HandlerContext) => secrets.list(),
      ({ secrets }: HandlerContext) => secrets.delete("A"),
      ({ secrets }: HandlerContext) => secrets.rotate("A", "x"),
    ]) {
      const result = run<unknown>(use, [], {});
      await expect(result).rejects.toThrow(ConfigError);
      await expect(result).rejects.toThrow("Secrets need the extension's id: pass extensionId to createExtension.");
    }
    expect(sent()).toEqual([]);
  });
});
