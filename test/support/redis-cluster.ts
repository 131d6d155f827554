import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { freePort } from "./free-port.js";
import { type RedisServer, startRedis } from "./redis-server.js";

export interface RedisClusterServers {
  readonly nodes: readonly RedisServer[];
  readonly addresses: readonly { readonly host: string; readonly port: number }[];
  close(): Promise<void>;
}

const slots = 16_384;

/** Starts a cluster of three primaries, and waits until it serves all slots. The caller closes it. */
export async function startRedisCluster(): Promise<RedisClusterServers> {
  const nodes: RedisServer[] = [];
  for (let index = 0; index < 3; index += 1) {
    const bus = `${await freePort()}`;
    nodes.push(await startRedis({ settings: { "cluster-enabled": "yes", "cluster-port": bus } }));
  }
  const clients = nodes.map(({ url }) => new Redis(url));
  const buses = await Promise.all(
    clients.map(async (client) => (await client.config("GET", "cluster-port")) as string[]),
  );
  for (const [index, client] of clients.entries()) {
    const start = Math.ceil((slots / 3) * index);
    await client.call("CLUSTER", "ADDSLOTSRANGE", start, Math.ceil((slots / 3) * (index + 1)) - 1);
    await client.call("CLUSTER", "SET-CONFIG-EPOCH", index + 1);
  }
  for (const [index, { port }] of nodes.entries()) {
    await clients[0]?.call("CLUSTER", "MEET", "127.0.0.1", port, buses[index]?.[1] ?? "");
  }
  const isReady = async (client: Redis): Promise<boolean> => {
    const info = await client.cluster("INFO");
    return info.includes("cluster_state:ok") && info.includes("cluster_known_nodes:3");
  };
  for (let left = 600; !(await Promise.all(clients.map(isReady))).every(Boolean); left -= 1) {
    if (left === 0) throw new Error("The cluster was not ready within 60 s");
    await sleep(100);
  }
  for (const client of clients) client.disconnect();
  return {
    nodes,
    addresses: nodes.map(({ port }) => ({ host: "127.0.0.1", port })),
    async close() {
      await Promise.all(nodes.map((node) => node.close()));
    },
  };
}
