import { expect, it } from "vitest";
import { createCompileCache } from "../../../../generator/contracts/schemas/compile-cache.js";
import type { Cache, Cached } from "../../../../generator/project/cache.js";

function memory(): Cache & { readonly saved: Map<string, Cached> } {
  const saved = new Map<string, Cached>();
  return { saved, read: (name) => saved.get(name), write: (name, cached) => void saved.set(name, cached) };
}

const shape = { types: "string", names: ["string"] } as const;
const types = { types: "interface A {}", names: ["A"] };
const sources = [{ path: "a.json", text: "{}" }];

/** The result, and whether it was made. */
async function compile(cache: Cache | undefined, { of = sources, name = "x", keep = true } = {}) {
  let made = false;
  const result = await createCompileCache(cache, keep).compiled(name, of, shape, async () => {
    made = true;
    return types;
  });
  return [result, made];
}

it("compiles the same sources once", async () => {
  const cache = memory();
  expect(await compile(cache)).toEqual([types, true]);
  expect(await compile(cache)).toEqual([types, false]);
});

it.each([
  ["text", [{ path: "a.json", text: "[]" }]],
  ["path", [{ path: "b.json", text: "{}" }]],
  ["number of files", [...sources, ...sources]],
  ["place of the border between path and text", [{ path: "a.json{", text: "}" }]],
])("compiles again after a change of the %s", async (_what, of) => {
  const cache = memory();
  await compile(cache);
  expect(await compile(cache, { of })).toEqual([types, true]);
});

it("keeps the results of other names, and saves nothing if it shall not", async () => {
  const cache = memory();
  await compile(cache, { keep: false });
  expect(cache.saved.size).toBe(0);
  await compile(cache);
  expect(await compile(cache, { name: "y" })).toEqual([types, true]);
  expect(await compile(cache, { keep: false })).toEqual([types, false]);
});

it("compiles without a cache", async () => {
  expect(await compile(undefined)).toEqual([types, true]);
});

it.each<[string, (cached: Cached) => Cached]>([
  ["another text", ({ value, texts: [text = ""] }) => ({ value, texts: [text.replace("A", "B")] })],
  ["no text", ({ value }) => ({ value, texts: [] })],
  ["a second digest", ({ texts }) => ({ value: "x", texts })],
  ["null", ({ texts }) => ({ value: null, texts })],
])("compiles again if what was saved is damaged: %s", async (_what, damage) => {
  const cache = memory();
  await compile(cache);
  cache.write("x", damage(cache.read("x") as Cached));
  expect(await compile(cache)).toEqual([types, true]);
});

it.each([[null], [[]], ["text"], [{ types: null, names: [] }], [{ types: "", names: [1] }]])(
  "compiles again if what was saved has another shape: %j",
  async (other) => {
    const cache = memory();
    await createCompileCache(cache, true).compiled<unknown>("x", sources, {}, async () => other);
    expect(await compile(cache)).toEqual([types, true]);
  },
);
