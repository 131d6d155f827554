import { spawn } from "node:child_process";
import { generateKeyPairSync, sign } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import autocannon from "autocannon";
import { median } from "./process.mjs";

const path = "/v/v1/webhooks/issue.created";

const connections = 20;

const ourKinds = ["kiket-gen", "kiket-gen-logging", "kiket-gen-dead-telemetry"];
const allKinds = ["bare", "bare-off-thread", "h3", "express", ...ourKinds];

/** More than a server answers in a second: a token is made for one delivery, and one seen before runs nothing. */
const mostPerSecond = 25_000;

/** Until what is hot is compiled. */
const warmUpSeconds = 2;

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
  // What is not read fills the pipe.
  child.stdout.resume();
  const memory = async () => {
    child.kill("SIGUSR2");
    return Number(String((await once(child.stdout, "data"))[0]).trim());
  };
  return { url: new URL(String(line).split("\n")[0]).origin, stop: () => child.kill(), memory };
}

/** The requests that each connection sends, one after the other. */
function requestsOf(sent, connection) {
  return sent
    .filter((_, index) => index % connections === connection)
    .map(({ id, body }) => ({
      method: "POST",
      path,
      headers: { "content-type": "application/json", "x-kiket-delivery": id },
      body,
    }));
}

/**
 * Loads a server with deliveries; `length` says how long, as autocannon does: `duration` in seconds, or `amount` of requests.
 * The requests are rendered before the time starts: it is the servers that are to be busy, not their client.
 */
function load(url, sent, length) {
  let connection = 0;
  const setupClient = (client) => client.setRequests(requestsOf(sent, connection++));
  return new Promise((resolve, reject) => {
    let startedAt;
    const times = [];
    const done = (error, result) => {
      if (error) return reject(error);
      const { requests, non2xx, errors } = result;
      if (non2xx > 0 || errors > 0) return reject(new Error(`${url}: ${non2xx} refused, ${errors} errors`));
      const seconds = (performance.now() - startedAt) / 1_000;
      if (length.duration !== undefined && requests.total > sent.length) {
        return reject(new Error(`${url} answered more than the ${sent.length} deliveries that there were`));
      }
      // autocannon's own percentiles are whole milliseconds, of which there are three to five.
      times.sort((a, b) => a - b);
      return resolve({ rate: requests.total / seconds, p99: times[Math.floor(times.length * 0.99)] });
    };
    autocannon({ url: url + path, connections, ...length, setupClient }, done)
      .on("start", () => {
        startedAt = performance.now();
      })
      .on("response", (_client, _status, _bytes, milliseconds) => {
        times.push(milliseconds);
      });
  });
}

/**
 * Signed deliveries a second of each server, in turn. Each round has processes of its own, for two of the same program differ
 * by more than what is measured.
 */
export async function benchRuntime(root, rounds, seconds, kinds = allKinds) {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const jwk = { ...publicKey.export({ format: "jwk" }), kid: "bench", alg: "ES256", use: "sig" };
  const first = deliveries(mostPerSecond * warmUpSeconds, "first", privateKey);
  const sent = deliveries(mostPerSecond * seconds, "sent", privateKey);
  const results = kinds.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, kind] of kinds.entries()) {
      const server = await start(root, kind, jwk);
      try {
        await load(server.url, first, { duration: warmUpSeconds });
        results[index].push(await load(server.url, sent, { duration: seconds }));
      } finally {
        server.stop();
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
