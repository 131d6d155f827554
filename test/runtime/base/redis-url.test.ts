import { Redis } from "ioredis";
import { expect, test } from "vitest";
import { ConfigError } from "../../../runtime/base/errors.js";
import { passwordIn, requireRedisUrl, withoutPassword } from "../../../runtime/base/redis/redis-url.js";

test.each([
  ["redis://localhost", "redis://localhost"],
  ["redis://me:pass@localhost:6379/0", "redis://me:***@localhost:6379/0"],
  ["rediss://:pass@[::1]:6379/", "rediss://:***@[::1]:6379"],
  ["redis://pass@localhost", "redis://***@localhost"],
  ["redis://p%40:%25%2F%23@localhost?family=6&password=pass", "redis://p%40:***@localhost"],
])("%s is taken, and shown as %s", (url, shown) => {
  expect(requireRedisUrl("url", ` ${url} `)).toBe(url);
  expect(withoutPassword(url)).toBe(shown);
  const client = new Redis(url, { lazyConnect: true });
  client.disconnect();
});

test.each([
  // Each is an address, with a part of the password as its host, port, path, query or fragment.
  "redis://me:12/34@localhost",
  "redis://me:12#34@localhost",
  "redis://me:12?34@localhost",
  "redis://localhost/pass",
  // ioredis cannot decode it.
  "redis://me:50%off@localhost",
  "redis://50%off:1@localhost",
  "redis://me%2:5@localhost",
])("%s is refused, and not repeated", (url) => {
  expect(() => requireRedisUrl("url", url)).toThrow(ConfigError);
  expect(() => requireRedisUrl("url", url)).toThrow(/^url must be the address of a Redis: .* percent-encoded\.$/);
});

test.each([
  ["redis://me:p%40ss@localhost", "p@ss"],
  ["redis://:50%off@localhost", "50%off"],
  ["redis://me@localhost", undefined],
  ["no address", undefined],
  [undefined, undefined],
])("the password in %s is %s", (url, password) => {
  expect(passwordIn(url)).toBe(password);
});
