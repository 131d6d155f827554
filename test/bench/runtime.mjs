import { spawn } from "node:child_process";
import { generateKeyPairSync, sign } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import autocannon from "autocannon";
import { median } from "./process.mjs";

const path = "/v/v1/webhooks/issue.created";

/** More than a server answers in a second: a token is made for one delivery, and one seen before runs nothing. */
const mostPerSecond = 15_000;

/** Signed deliveries, each with an id and a token of its own. */
function deliveries(amount, prefix, privateKey) {
  const encode = (part) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const key = { key: privateKey, dsaEncoding: "ieee-p1363" };
  const head = encode({ alg: "ES256", kid: "bench" });
  const iat = Math.floor(Date.now() / 1000);
  const common = { org_id: 1, ext_id: 2, proj_id: 3, scopes: ["issues:read"], iss: "kiket.dev", sub: "bench" };
  return Array.from({ length: amount }, (_, index) => {
    const id = `${prefix}-${index}`;
    const signed = `${head}.${encode({ ...common, iat, exp: iat + 3600, jti: id })}`;
    const token = `${signed}.${sign("sha256", Buffer.from(signed), key).toString("base64url")}`;
    const issue = { id: index, title: "Replace the intake valve of the second press", description: "x".repeat(600) };
    const payload = { event: "issue.created", issue, authentication: { runtime_token: token }, secrets: {} };
    return { id, body: JSON.stringify(payload) };
  });
}

async function start(root, kind, jwk) {
  const child = spawn(process.execPath, [join(root, "test/bench/servers.mjs"), kind], {
    env: { ...process.env, BENCH_JWK: JSON.stringify(jwk) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(child.stdout, "data");
  const memory = async () => {
    child.kill("SIGUSR2");
    return Number(String((await once(child.stdout, "data"))[0]).trim());
  };
  return { url: new URL(String(line).trim()).origin, stop: () => child.kill(), memory };
}

/** `length`: how long to load it, as autocannon says it: `duration` in seconds, or `amount` of requests. */
async function load(url, requests, length) {
  let next = 0;
  const result = await autocannon({
    url: url + path,
    method: "POST",
    connections: 20,
    ...length,
    headers: { "content-type": "application/json" },
    requests: [
      {
        setupRequest: (request) => {
          const { id, body } = requests[next++ % requests.length];
          return { ...request, headers: { ...request.headers, "x-kiket-delivery": id }, body };
        },
      },
    ],
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url}: ${result.non2xx} refused, ${result.errors} errors`);
  return { rate: result.requests.average, p99: result.latency.p99 };
}

/** Signed deliveries a second of each server, in turn. */
export async function benchRuntime(root, rounds, seconds) {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const jwk = { ...publicKey.export({ format: "jwk" }), kid: "bench", alg: "ES256", use: "sig" };
  const kinds = ["bare", "h3", "express", "kiket-gen", "kiket-gen-dead-telemetry"];
  const servers = await Promise.all(kinds.map((kind) => start(root, kind, jwk)));
  const results = kinds.map(() => []);
  try {
    for (let round = -1; round < rounds; round += 1) {
      for (const [index, { url }] of servers.entries()) {
        const time = round < 0 ? 1 : seconds;
        const requests = deliveries(mostPerSecond * time, `${round}`, privateKey);
        const result = await load(url, requests, { duration: time });
        if (round >= 0) results[index].push(result);
      }
    }
  } finally {
    for (const { stop } of servers) stop();
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
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const jwk = { ...publicKey.export({ format: "jwk" }), kid: "bench", alg: "ES256", use: "sig" };
  const server = await start(root, "kiket-gen", jwk);
  const points = [];
  try {
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const amount = total / 10;
      await load(server.url, deliveries(amount, `memory-${tenth}`, privateKey), { amount });
      points.push((await server.memory()) / 2 ** 20);
    }
  } finally {
    server.stop();
  }
  return points;
}
