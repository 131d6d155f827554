import { describe, expect, test } from "vitest";
import { ConfigError, defineHandler } from "../../../runtime/index.js";
import { createTestExtension } from "../../../runtime/testing.js";
import { openKiket } from "../../support/open-kiket.js";
import { bodyOf } from "../../support/replies.js";
import { targets } from "../../support/targets.js";

const kiket = await openKiket();
const handler = defineHandler({ event: "issue.created", version: "v1" }, () => "ran");

describe.each(targets)("through %s", (_name, open) => {
  test("it stands before every path, and nothing answers without it", async () => {
    const extension = kiket.extension({ handlers: [handler], basePath: "/apps/kiket", webhookPath: "/hook" });
    const target = await open(extension);
    const deliver = async (path: string) => {
      const response = await target.send(await kiket.request({ path }));
      return [response.status, await bodyOf(response)];
    };
    const ask = async (path: string) => {
      const response = await target.send(new Request(`http://extension.test${path}`));
      return [response.status, await bodyOf(response)];
    };
    const header = "?version=v1";
    expect(await deliver("/apps/kiket/v/v1/webhooks/issue.created")).toEqual([200, "ran"]);
    expect(await deliver(`/apps/kiket/webhooks/issue.created${header}`)).toEqual([200, "ran"]);
    expect(await deliver(`/apps/kiket/hook${header}`)).toEqual([200, "ran"]);
    expect(await ask("/apps/kiket/ready")).toEqual([200, { status: "ready" }]);
    expect(await ask("/apps/kiket/health")).toMatchObject([200, { status: "ok" }]);
    const notFound = [404, { error: "Not found" }];
    for (const path of [
      "/v/v1/webhooks/issue.created",
      `/webhooks/issue.created${header}`,
      `/hook${header}`,
      "/apps/kiket",
    ]) {
      expect(await deliver(path), path).toEqual(notFound);
    }
    for (const path of ["/ready", "/health", "/apps/ready", "/apps/kiketready"]) {
      expect(await ask(path), path).toEqual(notFound);
    }
    await target.close();
  });
});

test.each([
  [undefined, ""],
  ["", ""],
  ["/", ""],
  [" ", ""],
  ["kiket", "/kiket"],
  ["/kiket", "/kiket"],
  ["/kiket/", "/kiket"],
  ["a/b.c/d~e/", "/a/b.c/d~e"],
])("%j becomes %j", (basePath, expected) => {
  expect(kiket.extension({ handlers: [], basePath }).basePath).toBe(expected);
});

test.each([
  ["//kiket"],
  ["/kiket//"],
  ["/a//b"],
  ["/:event"],
  ["/*"],
  ["/a/../b"],
  ["/."],
  ["/a b"],
  ["/a?b"],
  ["https://a.test/b"],
  ["/a%2fb"],
  ["/é"],
])("%j is refused", (basePath) => {
  const make = () => kiket.extension({ handlers: [], basePath });
  expect(make).toThrow(new ConfigError('basePath must be a plain path such as "/kiket".'));
});

test.each([["/a/.."], ["/../health"], ["/./hook"]])("webhookPath %j is refused too", (webhookPath) => {
  expect(() => kiket.extension({ handlers: [], webhookPath })).toThrow(ConfigError);
});

test("the testing kit delivers below it", async () => {
  const { deliver, close } = await createTestExtension({ handlers: [handler], basePath: "/kiket" });
  const outcome = await deliver("issue.created", "v1");
  expect([outcome.status, outcome.body, new URL(outcome.sent.url).pathname]).toEqual([
    200,
    "ran",
    "/kiket/v/v1/webhooks/issue.created",
  ]);
  await close();
});
