import { describe, expect, it } from "vitest";
import { deliverySecrets } from "../../../runtime/secrecy/delivery-secrets.js";

const isSetting = (key: string) => key === "LIMIT" || key === "MAP";

describe("the secrets of a delivery", () => {
  it("are separated from settings, which may have any type", () => {
    const secrets = { KEY: "k-1", PIN: 987654, LIMIT: 5, MAP: { a: 1 }, NONE: null };
    const found = deliverySecrets({ secrets }, isSetting);
    expect(found.given).toEqual({ KEY: "k-1" });
    expect(found.settings()).toEqual({ LIMIT: 5, MAP: { a: 1 } });
    expect(found.hidden()).toEqual(["k-1", "987654"]);
    expect(found.shown()).toEqual({
      KEY: "[redacted]",
      PIN: "[redacted]",
      LIMIT: 5,
      MAP: { a: 1 },
      NONE: "[redacted]",
    });
  });

  it.each([
    ["a list", ["secret-1", { a: "secret-2" }], ["secret-1", "secret-2"]],
    ["a string", "secret-1", ["secret-1"]],
    ["null", null, []],
  ])("are hidden as %s too, and given to nobody", (_shape, secrets, hidden) => {
    const found = deliverySecrets({ secrets }, isSetting);
    expect([found.given, found.hidden()]).toEqual([{}, hidden]);
  });
});
