import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { deliveries } from "./deliveries.mjs";
import { rowsInTurn } from "./process.mjs";
import { benchKey } from "./runtime.mjs";

/** The environment of a program of `first-answer/`: one delivery, and the keys that signed it. */
export function firstDelivery() {
  const { privateKey, jwk } = benchKey();
  const [{ body }] = deliveries(1, "first", privateKey);
  return { BENCH_DELIVERY: JSON.stringify({ keys: JSON.stringify({ keys: [jwk] }), body }) };
}

/** From the start of a process until it has answered one signed delivery, against a server without a library in the same round. */
export async function benchFirstAnswer(root, rounds) {
  const folder = await mkdtemp(join(tmpdir(), "kiket-gen-bench-"));
  const at = (name) => join(root, "test/bench/first-answer", `${name}.mjs`);
  const outfile = join(folder, "bundled.mjs");
  const env = firstDelivery();
  const commands = [
    { name: "bare node:http, keys known", args: [at("bare"), "known"] },
    { name: "bare node:http, keys fetched", args: [at("bare")] },
    { name: "kiket-gen", args: [at("kiket-gen")], aim: 1.7 },
    { name: "kiket-gen, bundled", args: [outfile], aim: 1.2 },
  ].map((command) => ({ ...command, env }));
  try {
    const entryPoints = [at("kiket-gen")];
    await build({ entryPoints, outfile, bundle: true, minify: true, format: "esm", platform: "node" });
    return await rowsInTurn(commands, rounds);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
