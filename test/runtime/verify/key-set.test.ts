import { expect, test } from "vitest";
import { loadKeySet } from "../../../runtime/verify/key-set.js";
import { createSigningKey } from "../../support/tokens.js";

test("a key can be taken out again, or Node 24 warns of each extension that starts", async () => {
  const { publicJwk } = await createSigningKey("key-1");
  const response = new Response(JSON.stringify({ keys: [publicJwk] }));
  const loaded = await loadKeySet("https://kiket.test/keys", async () => response, undefined);
  const [key] = ("set" in loaded ? loaded.set.byKid.get("key-1") : undefined) ?? [];
  expect([key?.type, key?.extractable, key?.usages]).toEqual(["public", true, ["verify"]]);
});
