import { expect, test } from "vitest";
import { isDisconnection, redisReason } from "../../../../runtime/base/redis/redis-failure.js";

const sha = "bac74c00de239501e8f51109c6aef7b7e4dc5425";

test.each([
  [
    "Redis 6, of a command in a script",
    `ERR Error running script (call to f_${sha}): @user_script:4: @user_script: 4: -READONLY You can't write against a read only replica. `,
    "this is a replica: give the address of the primary",
  ],
  [
    "Redis 6, of a full memory",
    `ERR Error running script (call to f_${sha}): @user_script:4: @user_script: 4: -OOM command not allowed when used memory > 'maxmemory'. `,
    "its memory is full: raise maxmemory",
  ],
  [
    "Redis 7.0, of a right",
    `ERR The user executing the script can't run this command or subcommand script: ${sha}, on @user_script:2.`,
    "the user lacks a right: docs/reference/redis.md and jobs.md have the ACL lines",
  ],
  [
    "Redis 7.2, of a right",
    `ERR ACL failure in script: User kiket has no permissions to run the 'set' command script: ${sha}, on @user_script:4.`,
    "the user lacks a right: docs/reference/redis.md and jobs.md have the ACL lines",
  ],
  [
    "any Redis, of a key of another type",
    `WRONGTYPE Operation against a key holding the wrong kind of value script: ${sha}, on @user_script:2.`,
    "another program uses this key: give another prefix",
  ],
])("an error of %s says what to do", (_which, message, remedy) => {
  const reason = redisReason(new Error(message));
  expect(reason.slice(-remedy.length - 3)).toBe(` (${remedy})`);
  expect(reason).not.toContain("script: bac");
});

test("another error is only repeated", () => {
  expect(redisReason(new Error("ERR Error in a module: -1"))).toBe("ERR Error in a module: -1");
});

test("a broken connection is none of Redis's refusals", () => {
  const broken = ["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT"].map((code) =>
    Object.assign(new Error(code), { code }),
  );
  expect([...broken, new Error("Connection is closed.")].map(isDisconnection)).toEqual(Array(5).fill(true));
  expect(
    ["READONLY You can't write", "Missing lock for job 1"].map((text) => isDisconnection(new Error(text))),
  ).toEqual([false, false]);
});
