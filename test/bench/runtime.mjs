import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import autocannon from "autocannon";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { median } from "./process.mjs";

const path = "/v/v1/webhooks/issue.created";

async function deliveries(amount, privateKey) {
  const bodies = [];
  for (let index = 0; index < amount; index += 1) {
    const token = await new SignJWT({ org_id: 1, ext_id: 2, proj_id: 3, scopes: ["issues:read"] })
      .setProtectedHeader({ alg: "ES256", kid: "bench" })
      .setIssuer("kiket.dev")
      .setSubject("bench")
      .setIssuedAt()
      .setJti(`delivery-${index}`)
      .setExpirationTime("1h")
      .sign(privateKey);
    const issue = { id: index, title: "Replace the intake valve of the second press", description: "x".repeat(600) };
    bodies.push(
      JSON.stringify({ event: "issue.created", issue, authentication: { runtime_token: token }, secrets: {} }),
    );
  }
  return bodies;
}

async function start(root, kind, jwk) {
  const child = spawn(process.execPath, [join(root, "test/bench/servers.mjs"), kind], {
    env: { ...process.env, BENCH_JWK: JSON.stringify(jwk) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(child.stdout, "data");
  return { url: new URL(String(line).trim()).origin, stop: () => child.kill() };
}

async function load(url, bodies, seconds, round) {
  let next = 0;
  const result = await autocannon({
    url: url + path,
    method: "POST",
    connections: 20,
    duration: seconds,
    headers: { "content-type": "application/json" },
    requests: [
      {
        setupRequest: (request) => {
          const index = next++;
          const headers = { ...request.headers, "x-kiket-delivery": `${round}-${index}` };
          return { ...request, headers, body: bodies[index % bodies.length] };
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
  const { publicKey, privateKey } = await generateKeyPair("ES256");
  const jwk = { ...(await exportJWK(publicKey)), kid: "bench", alg: "ES256", use: "sig" };
  const bodies = await deliveries(2000, privateKey);
  const kinds = ["bare", "h3", "kiket-gen"];
  const servers = await Promise.all(kinds.map((kind) => start(root, kind, jwk)));
  const results = kinds.map(() => []);
  try {
    for (let round = -1; round < rounds; round += 1) {
      for (const [index, { url }] of servers.entries()) {
        const result = await load(url, bodies, round < 0 ? 1 : seconds, `${round}-${index}`);
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
