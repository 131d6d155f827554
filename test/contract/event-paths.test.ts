import { expect, it } from "vitest";
import { eventPathsOf } from "../../generator/output/render/event-paths.js";
import { createExtension } from "../../runtime/index.js";

const accepted = ["/sms", "/opt-in/check", "/webhooks/kiket/issue_created", "/a.b~c", "/webhooks", "/healthy", "/view"];
const refused = [
  "",
  "/",
  "sms",
  "/a/",
  "//a",
  "/:id",
  "/*",
  "/ä",
  "/a b",
  "/a?b",
  "/a/../b",
  "/.",
  "/health",
  "/ready",
  "/v",
  "/v/v1/x",
];
const elsewhere = ["https://example.com/kiket", "$(BASE)/x"];

it.each(accepted)("the path %s of a manifest is one that the runtime accepts", (path) => {
  const eventPaths = Object.fromEntries(eventPathsOf([{ name: "sent", paths: [path] }]));
  expect(eventPaths).toEqual({ [path]: "sent" });
  expect(() => createExtension({ handlers: [], env: {}, eventPaths })).not.toThrow();
});

it.each([...refused, ...elsewhere])("the path %j of a manifest, which the runtime refuses, is left out", (path) => {
  expect(eventPathsOf([{ name: "sent", paths: [path] }])).toEqual([]);
  expect(() => createExtension({ handlers: [], env: {}, eventPaths: { [path]: "sent" } })).toThrow("eventPaths");
});

it("a path of several events, and the standard path of an event, name none", () => {
  const events = [
    { name: "issue.created", paths: ["/both", "/webhooks/issue.created", "/one"] },
    { name: "issue.closed", paths: ["/both", "/webhooks/issue.created", "/two"] },
    { name: "issue.closed", paths: ["/two"] },
    { name: "none" },
  ];
  expect(eventPathsOf(events)).toEqual([
    ["/one", "issue.created"],
    ["/two", "issue.closed"],
  ]);
});
