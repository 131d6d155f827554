/** The connection to one Redis: what the store asks it. */
export interface RedisNode {
  info(): Promise<string>;
  config(subcommand: "GET", name: string): Promise<unknown>;
}

/** A client of ioredis: what the store uses of `Redis` and `Cluster`. */
export interface RedisClient extends RedisNode {
  readonly status: string;
  readonly options: {
    readonly keyPrefix?: string | undefined;
    readonly autoResendUnfulfilledCommands?: boolean | undefined;
  };
  on(event: "ready", listener: () => void): unknown;
  off(event: "ready", listener: () => void): unknown;
  defineCommand(name: string, definition: { readonly lua: string; readonly numberOfKeys: number }): void;
  set(key: string, value: string, unit: "PX", milliseconds: number): Promise<unknown>;
  /** The connection. A cluster has many, and none here. */
  readonly stream?: { cork(): void; uncork(): void } | undefined;
  /** Of a cluster only. */
  nodes?(role: "master"): readonly RedisNode[];
}

/** Every claim is the text of one run, so a begin that is sent twice, because its answer was lost, is still new. */
const begin = `
local stored = redis.call("get", KEYS[1])
if stored and stored ~= ARGV[1] then return stored end
redis.call("set", KEYS[1], ARGV[1], "px", ARGV[2])
return false`;

const release = `
if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) end
return 0`;

/** A verdict that comes late. If the delivery has run again since, the verdict of that run stays. */
const finishLate = `
local stored = redis.call("get", KEYS[1])
if not stored or string.sub(stored, 1, 1) == '"' then redis.call("set", KEYS[1], ARGV[1], "px", ARGV[2]) end
return 0`;

/** Each command changes one key. Each may be sent twice, since the second time changes nothing. */
export interface RedisCommands {
  /** What another run has stored, else null: then the claim is stored, and ends by itself. */
  begin(key: string, claim: string, milliseconds: number): Promise<string | null>;
  finish(key: string, verdict: string, milliseconds: number): Promise<unknown>;
  /** As `finish`, unless there is a verdict. */
  finishLate(key: string, verdict: string, milliseconds: number): Promise<unknown>;
  /** Deletes this claim, and nothing else. */
  release(key: string, claim: string): Promise<unknown>;
}

const scripts = { kiketGenBegin: begin, kiketGenRelease: release, kiketGenFinishLate: finishLate };

/** Makes the calls of one turn of the event loop share a write, which takes half of the CPU. */
function createCork(client: RedisClient): () => void {
  let isCorked = false;
  return () => {
    const { stream } = client;
    if (isCorked || stream === undefined) return;
    isCorked = true;
    stream.cork();
    setImmediate(() => {
      isCorked = false;
      stream.uncork();
    });
  };
}

/** Adds the scripts to the client. They are sent as EVAL once in a connection, then as EVALSHA. */
export function commandsOf(client: RedisClient): RedisCommands {
  for (const [name, lua] of Object.entries(scripts)) client.defineCommand(name, { lua, numberOfKeys: 1 });
  const cork = createCork(client);
  const added = client as unknown as Record<keyof typeof scripts, (...args: (string | number)[]) => Promise<unknown>>;
  return {
    begin(key, claim, milliseconds) {
      cork();
      return added.kiketGenBegin(key, claim, milliseconds) as Promise<string | null>;
    },
    finish(key, verdict, milliseconds) {
      cork();
      return client.set(key, verdict, "PX", milliseconds);
    },
    finishLate(key, verdict, milliseconds) {
      cork();
      return added.kiketGenFinishLate(key, verdict, milliseconds);
    },
    release(key, claim) {
      cork();
      return added.kiketGenRelease(key, claim);
    },
  };
}
