// A redis-server of the bench's own. It writes nothing to the disk, as the store in memory does not.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Redis } from "ioredis";

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** Numbers of INFO, by name. Those of commands are calls. */
async function figures(client, ...sections) {
  const text = (await Promise.all(sections.map((section) => client.info(section)))).join("\n");
  return Object.fromEntries(
    [...text.matchAll(/^(\w+(?:\|\w+)?):(?:calls=)?([\d.]+)/gm)].map(([, name, value]) => [name, Number(value)]),
  );
}

/** What grew between two states, for each of a number of deliveries or jobs: CPU in microseconds, bytes, calls of commands. */
export function perItem(before, after, amount) {
  const each = (name) => (after[name] - before[name]) / amount;
  const commands = Object.fromEntries(
    Object.entries(after.commands).map(([name, calls]) => [name, (calls - (before.commands[name] ?? 0)) / amount]),
  );
  return {
    redisCpu: each("cpu"),
    bytesIn: each("bytesIn"),
    bytesOut: each("bytesOut"),
    stored: each("memory"),
    commands,
  };
}

/** Starts a server on a free port. It takes no part in a measurement while nothing is sent to it. */
export async function startRedis() {
  const [port, folder] = [await freePort(), await mkdtemp(join(tmpdir(), "kiket-gen-bench-redis-"))];
  const settings = { port, bind: "127.0.0.1", dir: folder, save: "", appendonly: "no" };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  const child = spawn(process.env.REDIS_SERVER ?? "redis-server", args, { stdio: ["ignore", "pipe", "inherit"] });
  await new Promise((resolve, reject) => {
    child.once("error", (error) =>
      reject(new Error(`This part needs redis-server on PATH, or REDIS_SERVER (${error.message})`)),
    );
    child.once("exit", () => reject(new Error("redis-server has ended")));
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.includes("Ready to accept connections")) resolve();
    });
  });
  const client = new Redis(port);
  return {
    url: `redis://127.0.0.1:${port}`,
    client,
    /** Version of the server. */
    version: async () => /redis_version:(\S+)/.exec(await client.info("server"))?.[1],
    async reset() {
      await client.flushall("SYNC");
      await client.config("RESETSTAT");
    },
    /** CPU in microseconds, bytes from and to clients, bytes of memory for data, and calls of each command. */
    async usage() {
      const found = await figures(client, "cpu", "stats", "memory", "commandstats");
      const commands = Object.entries(found).flatMap(([name, calls]) =>
        name.startsWith("cmdstat_") && !/_(?:info|config|flushall|hello|client|command|ping)\b/.test(name)
          ? [[name.slice("cmdstat_".length), calls]]
          : [],
      );
      return {
        cpu: (found.used_cpu_user + found.used_cpu_sys) * 1e6,
        bytesIn: found.total_net_input_bytes,
        bytesOut: found.total_net_output_bytes,
        memory: found.used_memory,
        commands: Object.fromEntries(commands),
      };
    },
    async close() {
      client.disconnect();
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
