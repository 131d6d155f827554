import { beforeEach, describe, expect, it } from "vitest";
import { openPlatform } from "../../../support/open-kiket.js";
import { sendRaw } from "../../../support/raw-request.js";

const platform = await openPlatform({ workspaceToken: "workspace-1" });
const port = Number(new URL(platform.baseUrl).port);
beforeEach(() => platform.reset());

const path = "/api/v1/ext/rate_limit";
const keySet = "/.well-known/jwks.json";

function raw(target: string, lines: readonly string[], method = "GET") {
  const credential = "Authorization: Bearer workspace-1";
  return sendRaw(
    port,
    [`${method} ${target} HTTP/1.1`, ...lines, credential, "Connection: close", "", ""].join("\r\n"),
  );
}

describe("the local Kiket", () => {
  it.each([`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`])("answers %s", async (host) => {
    const { status, head } = await raw(path, [`Host: ${host}`]);
    expect(status).toBe(200);
    expect(head).toContain("cross-origin-resource-policy: same-origin");
    expect(head).not.toContain("access-control-");
    expect((await raw(keySet, [`Host: ${host}`])).status).toBe(200);
    expect(platform.calls.map(({ status }) => status)).toEqual([200, 200]);
  });

  it.each([
    ["no Host", []],
    ["another name that points here", [`Host: evil.test:${port}`]],
    ["another port", ["Host: 127.0.0.1:1"]],
    ["no port", ["Host: 127.0.0.1"]],
    ["a name for containers", [`Host: host.docker.internal:${port}`]],
    ["two Hosts", [`Host: 127.0.0.1:${port}`, `Host: 127.0.0.1:${port}`]],
    ["a page of another port", [`Host: 127.0.0.1:${port}`, "Origin: http://localhost:3000"]],
    ["a page without an address", [`Host: 127.0.0.1:${port}`, "Origin: null"]],
    ["an image in a page", [`Host: 127.0.0.1:${port}`, "Sec-Fetch-Site: cross-site"]],
    ["a script in a page of this machine", [`Host: 127.0.0.1:${port}`, "Sec-Fetch-Site: same-site"]],
    [
      "a WebSocket of a page",
      [`Host: 127.0.0.1:${port}`, "Origin: http://evil.test", "Connection: Upgrade", "Upgrade: websocket"],
    ],
  ])("refuses %s, before a fault and without a record", async (_what, lines) => {
    platform.faults.inject({ fault: "error", status: 503 });
    for (const target of [path, keySet, "/nothing"]) {
      const { status, head, body } = await raw(target, lines);
      expect(status).toBe(403);
      expect(JSON.parse(body)).toEqual({ error: expect.any(String), hint: expect.stringContaining(platform.baseUrl) });
      expect(head).not.toContain("access-control-");
      expect(head).toContain("cross-origin-resource-policy: same-origin");
    }
    expect(platform.calls).toEqual([]);
  });

  it("refuses a page that asks whether it may call, and gives the key set to programs alone", async () => {
    const own = `Host: 127.0.0.1:${port}`;
    const preflight = [own, "Origin: http://evil.test", "Access-Control-Request-Method: POST"];
    expect((await raw(path, preflight, "OPTIONS")).status).toBe(403);
    expect((await raw(keySet, [own, `Origin: ${platform.baseUrl}`])).status).toBe(403);
  });

  it("answers what is no request, and goes on", async () => {
    expect((await sendRaw(port, "GARBAGE\r\n\r\n")).status).toBe(400);
    expect((await sendRaw(port, `CONNECT evil.test:80 HTTP/1.1\r\nHost: evil.test:80\r\n\r\n`)).status).toBe(405);
    expect((await raw(path, [`Host: 127.0.0.1:${port}`, "__proto__: 1"])).status).toBe(200);
  });
});
