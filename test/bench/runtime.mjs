import { generateKeyPairSync } from "node:crypto";
import { deliveries } from "./deliveries.mjs";
import { load, startServer } from "./load.mjs";
import { median } from "./process.mjs";

const ourKinds = ["kiket-gen", "kiket-gen-logging", "kiket-gen-dead-telemetry"];
const allKinds = ["bare", "bare-off-thread", "h3", "express", ...ourKinds];

/** More than a server answers in a second: a token is made for one delivery, and one seen before runs nothing. */
const mostPerSecond = 25_000;

/** Until what is hot is compiled. */
const warmUpSeconds = 2;

/** A key to sign with, and its public half as servers take it. */
export function benchKey() {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { privateKey, jwk: { ...publicKey.export({ format: "jwk" }), kid: "bench", alg: "ES256", use: "sig" } };
}

/**
 * Signed deliveries a second of each server, in turn. Each round has processes of its own, for two of the same program differ
 * by more than what is measured.
 */
export async function benchRuntime(root, rounds, seconds, kinds = allKinds) {
  const { privateKey, jwk } = benchKey();
  const first = deliveries(mostPerSecond * warmUpSeconds, "first", privateKey);
  const sent = deliveries(mostPerSecond * seconds, "sent", privateKey);
  const results = kinds.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, kind] of kinds.entries()) {
      const server = await startServer(root, kind, jwk);
      try {
        await load(server.url, first, { duration: warmUpSeconds });
        results[index].push(await load(server.url, sent, { duration: seconds }));
      } finally {
        await server.stop();
      }
    }
  }
  return Object.fromEntries(
    kinds.map((kind, index) => [
      kind,
      { rate: median(results[index].map(({ rate }) => rate)), p99: median(results[index].map(({ p99 }) => p99)) },
    ]),
  );
}

/** Resident memory of one server after each tenth of a number of deliveries, every one of its own, in MB. */
export async function benchMemory(root, total) {
  const { privateKey, jwk } = benchKey();
  const server = await startServer(root, "kiket-gen", jwk);
  const points = [];
  try {
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const amount = total / 10;
      await load(server.url, deliveries(amount, `memory-${tenth}`, privateKey), { amount });
      points.push((await server.usage()).rss / 2 ** 20);
    }
  } finally {
    await server.stop();
  }
  return points;
}
