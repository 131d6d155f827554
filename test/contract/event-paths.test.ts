import fc from "fast-check";
import { expect, it, test } from "vitest";
import { eventPathsOf } from "../../generator/output/render/event-paths.js";
import { createExtension, defineHandler } from "../../runtime/index.js";

const accepted: readonly (readonly [string, string])[] = [
  ["/sms", "/sms"],
  ["/opt-in/check", "/opt-in/check"],
  ["/webhooks/kiket/issue_created", "/webhooks/kiket/issue_created"],
  ["/a.b~c", "/a.b~c"],
  ["/webhooks", "/webhooks"],
  ["/webhooks/sent", "/webhooks/sent"],
  ["/v/v1/webhooks/x", "/v/v1/webhooks/x"],
  ["/healthy", "/healthy"],
  ["/health/kiket", "/health/kiket"],
  ["/HEALTH", "/HEALTH"],
  ["/view", "/view"],
  ["/", "/"],
  ["/a/", "/a"],
  ["/a//", "/a"],
  ["/a//b", "/a/b"],
  ["sms", "/sms"],
  [" /a ", "/a"],
  ["/a b", "/a%20b"],
  ["/ä", "/%C3%A4"],
  ["/%c3%a4", "/%C3%A4"],
  ["/%41", "/A"],
  ["/a%2Fb", "/a%2Fb"],
  ["/a%2A", "/a%2A"],
  ["/a:b@c,d;e=f+g$h&i", "/a:b@c,d;e=f+g$h&i"],
  ["/%3Aid", "/%3Aid"],
  ["/(a)!'~", "/(a)!'~"],
  ["/a?b=c#d", "/a"],
  ["?b", "/"],
];

// Written so because the linter takes it for a template.
const variable = "$" + "{BASE}";

const refused = [
  `${variable}/x`,
  "",
  " ",
  "//a",
  "\\\\a",
  "/a\\b",
  "/:id",
  "/a/:id/b",
  "/*",
  "/{event}",
  "/<event>",
  "/a/../b",
  "/.",
  "/%2e%2E/a",
  "/%",
  "/%zz",
  "/%ff",
  "/\ud800",
  "/a\u0007",
  "/health",
  "/health/",
  "/ready?a",
  "/he%61lth",
  "ready",
  "https://example.com/kiket",
  "HTTP:/kiket",
  "localhost:3000/kiket",
  "$(BASE)/x",
  "$BASE/x",
  "/{{ base }}",
  "env:BASE",
  "env.BASE",
];

const extensionWith = (eventPaths: Record<string, string | readonly string[]>) =>
  createExtension({
    handlers: [defineHandler({ event: "sent", version: "v1" }, () => "ran")],
    env: {},
    eventPaths,
    logLevel: "silent",
  });

const read = (path: string) => eventPathsOf([{ name: "sent", version: "v1", paths: [path] }]);

it.each(accepted)("the path %j of a manifest is %s, which the runtime serves", async (path, expected) => {
  expect(read(path)).toEqual([[expected, ["sent"]]]);
  const { status } = await extensionWith({ [expected]: "sent" }).fetch(new Request(`http://localhost${expected}`));
  expect(status).toBe(405);
});

it.each(refused)("the path %j of a manifest is left out", (path) => {
  expect(read(path)).toEqual([]);
});

it.each([
  "/health",
  "/health/",
  "/he%61lth",
  "/ready",
  "/:id",
  "/{a}",
  "/a/../b",
  "https://example.com/a",
  "a",
  "/%zz",
  "/a\\b",
])("the path %j is refused by the runtime too", (path) => {
  expect(() => extensionWith({ [path]: "sent" })).toThrow("eventPaths");
});

test("whatever a manifest writes, the runtime takes the path that is read from it, which is read again as itself", () => {
  const part = fc.constantFrom(
    "a",
    "/",
    ":",
    "%",
    "%2e",
    "%3A",
    "%2A",
    ".",
    "*",
    "é",
    " ",
    "\\",
    "?",
    "#",
    "$",
    "{",
    "@",
    "health",
  );
  const texts = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(part).map((parts) => `/${parts.join("")}`),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const paths = read(text);
      extensionWith(Object.fromEntries(paths));
      for (const [path] of paths) expect(read(path)).toEqual(paths);
    }),
  );
});

test("a path has all of its events, and the version of one of several only where it is the path of that version", () => {
  const events = [
    { name: "issue.closed", version: "v1", paths: ["/both", "/webhooks/issue.created", "https://example.com/x"] },
    { name: "issue.created", version: "v1", paths: ["/both", "/webhooks/issue.created", "/both/", "/one"] },
    { name: "issue.moved", version: "v1", paths: ["/first", "/moved"] },
    { name: "issue.moved", version: "v2", paths: ["/both", "/moved"] },
    { name: "none", version: "v1" },
  ];
  expect(eventPathsOf(events)).toEqual([
    ["/both", ["issue.closed", "issue.created", "issue.moved@v2"]],
    ["/first", ["issue.moved@v1"]],
    ["/moved", ["issue.moved"]],
    ["/one", ["issue.created"]],
    ["/webhooks/issue.created", ["issue.closed", "issue.created"]],
  ]);
});
