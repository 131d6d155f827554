import { beforeAll, expect, test } from "vitest";
import { ConfigError, createExtension, defineHandler, type Extension } from "../../../runtime/index.js";
import { openKiket } from "../../support/open-kiket.js";
import { bodyOf } from "../../support/replies.js";

const kiket = await openKiket();
let extension: Extension;

const versions = ["v1", "2", "v3", "3", "beta"];
const handlers = versions.map((version) =>
  defineHandler({ event: "issue.created", version }, (_payload, { eventVersion }) => eventVersion),
);

beforeAll(async () => {
  extension = kiket.extension({ handlers });
});

async function answerTo(path: string, headers: Record<string, string> = {}) {
  const response = await extension.fetch(await kiket.request({ path, headers }));
  return { status: response.status, body: await bodyOf(response) };
}

const header = "x-kiket-event-version";

test.each<readonly [string, string, Record<string, string>, string]>([
  ["the path, before header and query", "/v/v1/webhooks/issue.created?version=3", { [header]: "2" }, "v1"],
  ["the header, before the query", "/webhooks/issue.created?version=3", { [header]: "v1" }, "v1"],
  ["the query last", "/webhooks/issue.created?version=v1", {}, "v1"],
  ["a blank path is ignored", "/v/%20/webhooks/issue.created?version=3", { [header]: "v1" }, "v1"],
  ["a blank header is ignored", "/webhooks/issue.created?version=v1", { [header]: "  " }, "v1"],
  ["a blank query parameter is ignored", "/webhooks/issue.created?version=&version=v1", {}, "v1"],
  ["the first of several query parameters", "/webhooks/issue.created?version=v1&version=2", {}, "v1"],
  ["surrounding spaces are removed", "/webhooks/issue.created?version=%20v1%20", {}, "v1"],
  ["a v is added", "/v/1/webhooks/issue.created", {}, "v1"],
  ["a v is removed", "/v/v2/webhooks/issue.created", {}, "2"],
  ["the exact spelling wins: v3", "/v/v3/webhooks/issue.created", {}, "v3"],
  ["the exact spelling wins: 3", "/v/3/webhooks/issue.created", {}, "3"],
  ["a word", "/v/beta/webhooks/issue.created", {}, "beta"],
  ["a word with a v", "/v/vbeta/webhooks/issue.created", {}, "beta"],
  ["a header that a proxy has sent twice", "/webhooks/issue.created", { [header]: "v1, v1" }, "v1"],
  ["the same with a blank one", "/webhooks/issue.created", { [header]: "v1,v1, " }, "v1"],
])("%s", async (_rule, path, headers, expected) => {
  expect(await answerTo(path, headers)).toEqual({ status: 200, body: expected });
});

test.each([["V1"], ["v"], ["vv"], ["vv1"], ["vvv1"], ["vvbeta"], ["1.0"], ["v4"], ["v1,v2"]])(
  "%s is not a version of the event",
  async (version) => {
    expect(await answerTo(`/v/${version}/webhooks/issue.created`)).toEqual({
      status: 404,
      body: { error: `No handler registered for event 'issue.created' with version '${version}'` },
    });
  },
);

test.each(["v1, 2", "v1,2,v1", "v1, 1"])("a header with different versions names none: %s", async (versions) => {
  expect(await answerTo("/webhooks/issue.created", { [header]: versions })).toEqual({
    status: 404,
    body: { error: `No handler registered for event 'issue.created' with version '${versions}'` },
  });
});

test("`events` lists events and versions in order", () => {
  expect(extension.events).toEqual([
    { event: "issue.created", version: "2" },
    { event: "issue.created", version: "3" },
    { event: "issue.created", version: "beta" },
    { event: "issue.created", version: "v1" },
    { event: "issue.created", version: "v3" },
  ]);
});

test("two handlers for one event and version are an error", () => {
  const twice = [handlers[0], handlers[0]].flatMap((handler) => handler ?? []);
  expect(() => createExtension({ handlers: twice, env: {} })).toThrow(ConfigError);
  expect(() => createExtension({ handlers: twice, env: {} })).toThrow(
    "Two handlers for issue.created have version v1: remove one, or change its version.",
  );
});

const noName = "A handler has no event name: set it in defineHandler({ event, version }).";
const noVersion = 'The handler for issue.created has no valid version: set one such as "v1".';
const noSegment = (event: string) =>
  `The event name "${event}" cannot be used in the path of a delivery: choose another name.`;

test.each([
  [{ event: "", version: "v1" }, noName],
  [{ event: ".", version: "v1" }, noSegment(".")],
  [{ event: "..", version: "v1" }, noSegment("..")],
  [{ event: "a\ud800", version: "v1" }, noSegment("a\ud800")],
  [{ event: "issue.created", version: "" }, noVersion],
  [{ event: "issue.created", version: "v 1" }, noVersion],
  [{ event: "issue.created", version: "v1\r\nx: y" }, noVersion],
  [{ event: "issue.created", version: "." }, noVersion],
  [{ event: "issue.created", version: ".." }, noVersion],
])("%j cannot be registered", (options, message) => {
  const handler = defineHandler(options, () => undefined);
  expect(() => createExtension({ handlers: [handler], env: {} })).toThrow(new ConfigError(message));
});

test("names with a slash are allowed, since they can be encoded in a path", async () => {
  const handler = defineHandler({ event: "a/b", version: "../x" }, () => "here");
  const served = kiket.extension({ handlers: [handler] });
  const response = await served.fetch(await kiket.request({ path: "/v/..%2Fx/webhooks/a%2Fb" }));
  expect([response.status, await response.json()]).toEqual([200, "here"]);
});
