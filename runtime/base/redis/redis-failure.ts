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
  OOM: "its memory is full: raise maxmemory",
  READONLY: "this is a replica: give the address of the primary",
  WRONGPASS: "user or password of the url is wrong",
};

/** Whether Redis itself refused the command, so that it has changed nothing. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === "ReplyError";
}

/** The reason in one line, with what to do. The arguments of a command, which Redis may repeat, are cut off. */
export function redisReason(error: unknown): string {
  const text = reasonOf(error).replace(/,? with args beginning with:.*|[\r\n].*/s, "");
  const remedy = remedies[/^[A-Z]+/.exec(text)?.[0] ?? ""];
  return remedy === undefined ? text : `${text.replace(/\.$/, "")} (${remedy})`;
}
