import type { Logger } from "../../base/logger.js";
import { isRefusal } from "../../base/redis/redis-failure.js";
import { retryMilliseconds } from "../delivery-store.js";
import type { RedisNode } from "./commands.js";

/** What a delivery that has an id takes in Redis, in bytes: two keys. Measured; docs/reference/redis.md says it too. */
const bytesOfDelivery = 650;

const hour = 3_600_000;

/** The settings of one Redis that decide whether it keeps what it is given. A setting that may not be read is undefined. */
export interface ServerSettings {
  /** Different after each start of it. */
  readonly runId: string | undefined;
  readonly maxmemoryPolicy: string | undefined;
  /** In bytes; 0 if there is no limit. */
  readonly maxmemory: number;
  readonly evictedKeys: number;
  readonly appendonly: boolean | undefined;
  readonly appendfsync: string | undefined;
}

function valuesOf(info: string): ReadonlyMap<string, string> {
  const lines = info.split("\r\n").map((line) => line.split(":", 2) as [string, string?]);
  return new Map(lines.map(([name, value = ""]) => [name, value]));
}

/** Reads the settings by INFO, and what INFO lacks by CONFIG. Managed services permit INFO only. */
export async function readSettings(node: RedisNode): Promise<ServerSettings> {
  const none = (error: unknown): undefined => {
    if (!isRefusal(error)) throw error;
  };
  const [info, config] = await Promise.all([
    node.info().then(valuesOf, none),
    node.config("GET", "appendfsync").then((answer) => Object.values(answer as object).at(-1) as unknown, none),
  ]);
  const aof = info?.get("aof_enabled");
  return {
    runId: info?.get("run_id"),
    maxmemoryPolicy: info?.get("maxmemory_policy"),
    maxmemory: Number(info?.get("maxmemory") ?? 0),
    evictedKeys: Number(info?.get("evicted_keys") ?? 0),
    appendonly: aof === undefined ? undefined : aof === "1",
    appendfsync: typeof config === "string" ? config : undefined,
  };
}

/** One line of the log. */
interface Finding {
  readonly level: "info" | "warn";
  readonly message: string;
  readonly fields: object;
}

function ofMemory({ maxmemoryPolicy, maxmemory }: ServerSettings): Finding[] {
  if (maxmemoryPolicy === undefined || maxmemoryPolicy === "noeviction") return [];
  const deliveriesAnHour = Math.floor(maxmemory / bytesOfDelivery / (retryMilliseconds / hour));
  const message =
    "Redis deletes finished deliveries when its memory is full, and they run again if Kiket repeats them: set maxmemory-policy to noeviction";
  const longest =
    maxmemory === 0
      ? ""
      : `. Above about ${deliveriesAnHour} deliveries an hour a verdict is kept for less than the 10 h 36 min in which Kiket repeats it`;
  return [{ level: "warn", message: message + longest, fields: { maxmemoryPolicy, maxmemory } }];
}

function ofDisk({ appendonly, appendfsync }: ServerSettings): Finding[] {
  if (appendonly === false) {
    const message =
      "Redis forgets finished deliveries when it restarts, and they run again if Kiket repeats them: set appendonly to yes";
    return [{ level: "warn", message, fields: { appendonly: "no" } }];
  }
  if (appendonly === undefined || appendfsync === undefined || appendfsync === "always") return [];
  const message =
    "Redis does not wait for its disk: a power cut, or a crash of Redis while the disk is slow, can lose the last seconds. Only appendfsync always loses nothing";
  return [{ level: "info", message, fields: { appendfsync } }];
}

function ofUnread({ maxmemoryPolicy, appendonly, appendfsync }: ServerSettings): Finding[] {
  const unread = [
    ...(maxmemoryPolicy === undefined ? ["maxmemory-policy (noeviction keeps every verdict)"] : []),
    ...(appendonly === undefined ? ["appendonly (yes keeps them over a restart)"] : []),
    ...(appendfsync === undefined && appendonly !== false ? ["appendfsync (always keeps them over a power cut)"] : []),
  ];
  if (unread.length === 0) return [];
  const message = "Some settings of Redis could not be checked, because the user may not read them";
  return [{ level: "info", message, fields: { unread } }];
}

/** What an operator should know of these settings. */
export function findingsOf(settings: ServerSettings): readonly Finding[] {
  return [...ofMemory(settings), ...ofDisk(settings), ...ofUnread(settings)];
}

/** Looks at each Redis once, and at whether it has deleted something since. */
export function createServerCheck(
  nodes: () => readonly RedisNode[],
  logger: Pick<Logger, "info" | "warn">,
  address: string,
): () => Promise<void> {
  /** Deleted keys, by the id of the run. */
  const seen = new Map<string, number>();
  return async () => {
    for (const settings of await Promise.all(nodes().map(readSettings))) {
      const { runId = "", evictedKeys, maxmemoryPolicy } = settings;
      const before = seen.get(runId);
      seen.set(runId, evictedKeys);
      if (before === undefined) {
        for (const { level, message, fields } of findingsOf(settings))
          logger[level](message, { redis: address, ...fields });
      } else if (evictedKeys !== before && evictedKeys > 0) {
        // CONFIG RESETSTAT sets the number back.
        const deleted = evictedKeys < before ? evictedKeys : evictedKeys - before;
        const message =
          "Redis has deleted keys because its memory is full: finished deliveries may run again. Raise maxmemory";
        logger.warn(message, { redis: address, deleted, maxmemoryPolicy });
      }
    }
  };
}
