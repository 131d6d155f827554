import { describe, expect, test } from "vitest";
import { KiketError } from "../../../runtime/index.js";
import { createScript, createSession } from "../../support/session.js";

const path = "/api/v1/ext/issues/{key}";

describe("an id in a path", () => {
  test.each(["..", ".", "", "\ud800", Number.NaN])("%j is refused before any call", async (key) => {
    const script = createScript();
    const call = createSession(script).api.GET(path, { params: { path: { key: key as string } } });
    await expect(call).rejects.toThrow(KiketError);
    await expect(call).rejects.toThrow("key must be an id that can be used as a path segment.");
    expect(script.calls).toEqual([]);
  });

  test.each(["../../admin", "a/b?c#d", "%2e%2e", "\\..\\", "ü\r\nX-Evil: 1", 7])("%j is one segment", async (key) => {
    const script = createScript();
    await createSession(script).api.GET(path, { params: { path: { key: key as string } } });
    expect(script.calls.map(({ url }) => url)).toEqual([
      `https://kiket.test/api/v1/ext/issues/${encodeURIComponent(key)}`,
    ]);
  });
});
