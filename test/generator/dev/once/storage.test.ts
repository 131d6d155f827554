import type { DevStorage } from "kiket-gen/dev";
import { expect, it } from "vitest";
import { storageForOne } from "../../../../generator/dev/once/storage.js";

const written = JSON.stringify({ version: 1, credentials: { apiKey: "k" }, variables: {}, data: { records: [{}] } });

/** What is kept after a delivery in a project that has this state. */
async function keptAfter(state: Record<string, string>): Promise<Record<string, string>> {
  const kept = { ...state };
  const storage: DevStorage = {
    read: async (name) => kept[name],
    async write(name, text) {
      kept[name] = text;
    },
    remove: async () => undefined,
  };
  const one = storageForOne(storage, { deliveries: false, secrets: true });
  await one.read("kiket.json");
  for (const name of ["kiket.json", "deliveries.json", "kiket.json"]) await one.write(name, written);
  return kept;
}

it("keeps the first keys, and no data: the next delivery finds the seeds as they are then", async () => {
  const { "kiket.json": text = "", ...others } = await keptAfter({});
  expect(JSON.parse(text)).toEqual({ version: 1, credentials: { apiKey: "k" }, variables: {}, data: {} });
  expect(others).toEqual({});
});

it("changes nothing that dev has kept", async () => {
  const state = { "kiket.json": '{"version":1}' };
  expect(await keptAfter(state)).toEqual(state);
});
