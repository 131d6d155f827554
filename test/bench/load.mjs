// A server in a process of its own, and deliveries sent to it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import autocannon from "autocannon";
import { path } from "./deliveries.mjs";

export const connections = 20;

/** Starts `servers.mjs <kind>`. `env` is added to its environment. */
export async function startServer(root, kind, jwk, env = {}) {
  const child = spawn(process.execPath, [join(root, "test/bench/servers.mjs"), kind], {
    env: { ...process.env, BENCH_JWK: JSON.stringify(jwk), ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  // Log lines are read and dropped: what is not read fills the pipe.
  const waiting = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    if (line.startsWith("bench ")) waiting.shift()?.(JSON.parse(line.slice("bench ".length)));
  });
  const next = () =>
    new Promise((resolve, reject) => {
      waiting.push(resolve);
      child.once("exit", (code, signal) => reject(new Error(`${kind} ended (${code ?? signal})`)));
    });
  const { url } = await next();
  return {
    url: url === undefined ? undefined : new URL(url).origin,
    /** `rss` in bytes, `cpu` in microseconds since the start, and what else the kind counts. */
    usage() {
      child.kill("SIGUSR2");
      return next();
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill();
      await ended;
    },
  };
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
 * Loads a server with deliveries; `length` says how long, as autocannon does: `duration` in seconds, or `amount` of requests; and
 * `overallRate` in requests a second, without which each connection sends as fast as it gets answers.
 * The requests are rendered before the time starts: it is the servers that are to be busy, not their client.
 */
export function load(url, sent, length) {
  let connection = 0;
  const setupClient = (client) => client.setRequests(requestsOf(sent, connection++));
  return new Promise((resolve, reject) => {
    let startedAt;
    let endedAt;
    const times = [];
    const done = (error, result) => {
      if (error) return reject(error);
      const { requests, non2xx, errors } = result;
      if (non2xx > 0 || errors > 0) return reject(new Error(`${url}: ${non2xx} refused, ${errors} errors`));
      // Not the time now: autocannon looks once a second whether it has done.
      const seconds = (endedAt - startedAt) / 1_000;
      if (length.duration !== undefined && requests.total > sent.length) {
        return reject(new Error(`${url} answered more than the ${sent.length} deliveries that there were`));
      }
      // autocannon's own percentiles are whole milliseconds, of which there are three to five.
      times.sort((a, b) => a - b);
      const at = (share) => times[Math.floor(times.length * share)];
      return resolve({ rate: requests.total / seconds, p50: at(0.5), p99: at(0.99) });
    };
    autocannon({ url: url + path, connections, ...length, setupClient }, done)
      .on("start", () => {
        startedAt = performance.now();
      })
      .on("response", (_client, _status, _bytes, milliseconds) => {
        times.push(milliseconds);
        endedAt = performance.now();
      });
  });
}
