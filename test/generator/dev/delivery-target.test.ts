import { describe, expect, it } from "vitest";
import { findTarget } from "../../../generator/dev/once/delivery-target.js";

const names: Readonly<Record<string, readonly string[]>> = {
  localhost: ["127.0.0.1", "::1"],
  six: ["::1"],
  evil: ["203.0.113.7"],
  both: ["127.0.0.1", "203.0.113.7"],
  none: [],
};

const find = (text: string) =>
  findTarget(text, async (name) => {
    const addresses = names[name];
    if (addresses === undefined) throw new Error("ENOTFOUND");
    return addresses;
  });

describe("the target of a delivery", () => {
  it.each([
    ["http://127.0.0.1:8000/", "http://127.0.0.1:8000", true],
    ["http://127.8.9.1:1/kiket/", "http://127.8.9.1:1/kiket", true],
    ["http://[::1]:8000", "http://[::1]:8000", true],
    ["http://[::ffff:127.0.0.1]:8000", "http://[::ffff:7f00:1]:8000", true],
    ["http://2130706433:8000", "http://127.0.0.1:8000", true],
    ["http://0.0.0.0:8000", "http://0.0.0.0:8000", false],
    ["http://192.168.0.1:8000", "http://192.168.0.1:8000", false],
    // The address that was checked is the one that is used.
    ["http://localhost:8000", "http://127.0.0.1:8000", true],
    ["http://six:8000/x", "http://[::1]:8000/x", true],
    ["https://localhost:8000", "https://localhost:8000", true],
    ["http://evil:8000", "http://evil:8000", false],
    ["http://both:8000", "http://both:8000", false],
    ["http://none:8000", "http://none:8000", false],
  ])("%s", async (text, url, isLoopback) => {
    expect(await find(text)).toMatchObject({ url, isLoopback });
  });

  it.each([
    ["file:///etc/passwd", "--url must be an http or https URL"],
    ["localhost:8000", "--url must be an http or https URL"],
    ["", "--url must be an http or https URL"],
    ["http://user:pw@localhost:8000", "must not contain a user or a password"],
    ["http://localhost:8000/?a=1", "must not have a query"],
    ["http://unknown:8000", 'the host "unknown" cannot be resolved'],
  ])("%j is refused", async (text, reason) => {
    expect(await find(text)).toEqual({ refusal: expect.stringContaining(reason), hint: expect.any(String) });
  });
});
