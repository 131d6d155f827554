// One server a process: `node servers.mjs <kind>`; the kinds are at the end. Prints its URL, and on SIGUSR2 what it has used; keys come in the environment.
import { createPublicKey, verify } from "node:crypto";
import { createServer } from "node:http";

const [, , kind] = process.argv;
const jwk = JSON.parse(process.env.BENCH_JWK);
const answer = JSON.stringify({ ok: true });

function say(object) {
  process.stdout.write(`bench ${JSON.stringify(object)}\n`);
}

function ready(url) {
  process.on("SIGUSR2", () => {
    const { user, system } = process.cpuUsage();
    say({ rss: process.memoryUsage().rss, cpu: user + system });
  });
  say({ url });
}

/** What can be had without a library: bytes, one signature, one parse, on the main thread, or with the signature off it. */
function bare(isOffThread) {
  const key = createPublicKey({ key: jwk, format: "jwk" });
  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const payload = JSON.parse(Buffer.concat(chunks).toString("utf8"));
      const [head, body, signature] = payload.authentication.runtime_token.split(".");
      const signed = Buffer.from(`${head}.${body}`);
      const ieeeKey = { key, dsaEncoding: "ieee-p1363" };
      const end = (good) => {
        const claims = JSON.parse(Buffer.from(body, "base64url").toString("utf8"));
        const known = good && claims.iss === "kiket.dev" && claims.exp > Date.now() / 1000;
        response.writeHead(known ? 200 : 401, { "content-type": "application/json" });
        response.end(known ? answer : '{"error":"no"}');
      };
      const bytes = Buffer.from(signature, "base64url");
      if (isOffThread) verify("sha256", signed, ieeeKey, bytes, (_error, good) => end(good));
      else end(verify("sha256", signed, ieeeKey, bytes));
    });
  });
  server.listen(0, "127.0.0.1", () => ready(`http://127.0.0.1:${server.address().port}`));
}

/** The same with the libraries, used as their documentation shows. */
async function h3() {
  const { H3, serve } = await import("h3");
  const { createLocalJWKSet, jwtVerify } = await import("jose");
  const keys = createLocalJWKSet({ keys: [jwk] });
  const app = new H3();
  app.post("/v/:version/webhooks/:event", async (event) => {
    const payload = await event.req.json();
    await jwtVerify(payload.authentication.runtime_token, keys, { issuer: "kiket.dev", algorithms: ["ES256"] });
    return { ok: true };
  });
  const server = serve(app, { port: 0, hostname: "127.0.0.1", silent: true });
  await server.ready();
  ready(server.url);
}

/** What the official Node SDK is built on, with the same library for the signature. */
async function express() {
  const { default: createApp, json } = await import("express");
  const { createLocalJWKSet, jwtVerify } = await import("jose");
  const keys = createLocalJWKSet({ keys: [jwk] });
  const app = createApp();
  app.use(json());
  app.post("/v/:version/webhooks/:event", async (request, response) => {
    await jwtVerify(request.body.authentication.runtime_token, keys, { issuer: "kiket.dev", algorithms: ["ES256"] });
    response.json({ ok: true });
  });
  const server = app.listen(0, "127.0.0.1", () => ready(`http://127.0.0.1:${server.address().port}`));
}

async function ours(telemetry, options = { logLevel: "warn" }) {
  const { createExtension, defineHandler } = await import("kiket-gen/runtime");
  const { serve } = await import("kiket-gen/runtime/node");
  const keys = JSON.stringify({ keys: [jwk] });
  const answerKeys = async (input) => {
    // A collector that takes the request and never answers.
    if (String(input.url ?? input).includes("telemetry")) return new Promise(() => {});
    return new Response(keys, { headers: { "content-type": "application/json" } });
  };
  const handler = defineHandler({ event: "issue.created", version: "v1" }, () => ({ ok: true }));
  const extension = createExtension({ handlers: [handler], fetch: answerKeys, telemetry, ...options });
  const server = await serve(extension, { port: 0 });
  ready(server.url);
}

async function withStore(deliveryStore) {
  return ours({ enabled: false }, { logLevel: "warn", deliveryStore });
}

/** Where the store or the queue is: a file, or the URL of Redis. */
const place = process.env.BENCH_PLACE;

async function onSqlite() {
  const { createSqliteStore } = await import("kiket-gen/runtime/sqlite");
  return withStore(await createSqliteStore({ path: place }));
}

async function onRedis() {
  const { createRedisStore } = await import("kiket-gen/runtime/redis");
  return withStore(await createRedisStore({ url: place }));
}

await {
  bare: () => bare(false),
  "bare-off-thread": () => bare(true),
  h3,
  express,
  "kiket-gen": () => ours({ enabled: false }),
  // One line for each delivery, to the pipe that bench reads.
  "kiket-gen-logging": () => ours({ enabled: false }, { logLevel: "info" }),
  "kiket-gen-sqlite": onSqlite,
  "kiket-gen-redis": onRedis,
  "kiket-gen-dead-telemetry": () => ours({ enabled: true, url: "http://127.0.0.1:9/telemetry" }),
}[kind]();
