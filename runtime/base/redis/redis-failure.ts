import { reasonOf } from "../errors.js";

/** What to do, by how the message of Redis starts. */
const remedies: Readonly<Record<string, string>> = {
  CLUSTERDOWN: "the cluster does not serve all keys",
  LOADING: "it has started and still loads its data",
  MASTERDOWN: "this replica has lost its primary: give the address of the primary",
  MISCONF: "it cannot write to its disk",
  MOVED: "this is a Redis Cluster: pass a client of ioredis instead of url, new Cluster([…])",
  NOAUTH: "it asks for a password: put user and password into the url",
  NOPERM: "the user lacks a right: docs/reference/redis.md and jobs.md have the ACL lines",
  NOREPLICAS: "too few replicas follow it: see min-replicas-to-write",
  OOM: "its memory is full: raise maxmemory",
  READONLY: "this is a replica: give the address of the primary",
  WRONGPASS: "user or password of the url is wrong",
  WRONGTYPE: "another program uses this key: give another prefix",
};

/** The word that an error of Redis starts with. For a command in a script, Redis 6 puts words of its own before it. */
export function redisErrorCode(message: string): string {
  if (/^ERR (The user executing the script|ACL failure in script)/.test(message)) return "NOPERM";
  return /^(?:ERR .*: -)?([A-Z]+)/.exec(message)?.[1] ?? "";
}

/** Whether Redis itself refused the command, so that it has changed nothing. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === "ReplyError";
}

/** Whether the connection broke, of which the client tells by itself. The message is that of ioredis and of BullMQ. */
export function isDisconnection(error: unknown): boolean {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  return (
    ["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT"].includes(String(code)) || message === "Connection is closed."
  );
}

/**
 * The reason in one line, with what to do. The arguments of a command, which Redis may repeat, are cut off, and so is the place in a
 * script.
 */
export function redisReason(error: unknown): string {
  const text = reasonOf(error).replace(/,? with args beginning with:.*| script: [0-9a-f]{40},.*|[\r\n].*/s, "");
  const remedy = remedies[redisErrorCode(text)];
  return remedy === undefined ? text : `${text.replace(/\.$/, "")} (${remedy})`;
}
