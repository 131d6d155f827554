import fc from "fast-check";
import { H3 } from "h3";
import { describe, expect, test } from "vitest";
import { createRoutes } from "../../../runtime/pipeline/routes.js";
import { createPlaces } from "../../../runtime/server/places.js";

const places = (basePath: string) =>
  createPlaces({ basePath, webhookPath: "/hook", eventPaths: new Map() }, createRoutes([]));

const event = (name: string, pathVersion?: string) => ({ event: name, eventPath: undefined, pathVersion });
const nothing = { event: undefined, eventPath: undefined, pathVersion: undefined };

describe.each(["", "/apps/kiket"])("below %j", (basePath) => {
  test.each([
    ["/health", "health"],
    ["/health/", "health"],
    ["/ready", "ready"],
    ["/hook", nothing],
    ["/hook/", nothing],
    ["/webhooks/issue.created", event("issue.created")],
    ["/webhooks/issue.created/", event("issue.created")],
    ["/webhooks/a%2Fb%20c", event("a/b c")],
    ["/v/v%201/webhooks/issue.created", event("issue.created", "v 1")],
    ["/", undefined],
    ["", undefined],
    ["/health//", undefined],
    ["//health", undefined],
    ["/healthy", undefined],
    ["/Health", undefined],
    ["/hook/x", undefined],
    ["/webhooks", undefined],
    ["/webhooks/", undefined],
    ["/webhooks//", undefined],
    ["/webhooks//issue.created", undefined],
    ["/webhooks/issue.created//", undefined],
    ["/webhooks/issue.created/x", undefined],
    ["/v//webhooks/issue.created", undefined],
    ["/v/v1/webhooks/", undefined],
    ["/v/v1", undefined],
    ["/x/webhooks/issue.created", undefined],
  ])("%j is found as h3's router would find it", (path, expected) => {
    expect(places(basePath)(basePath + path)).toEqual(expected);
    const router = new H3();
    for (const route of ["/health", "/ready", "/hook", "/webhooks/:event", "/v/:version/webhooks/:event"])
      router.all(basePath + route, () => "found");
    const asked = { req: { method: "POST" }, url: { pathname: basePath + path } } as Parameters<H3["~findRoute"]>[0];
    expect(router["~findRoute"](asked) !== undefined).toBe(expected !== undefined);
  });
});

test("a path that only begins like the base has nothing", () => {
  expect(["/apps/kiketready", "/apps/ready", "/ready", "/apps/kiket"].map(places("/apps/kiket"))).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test("whatever the path, it is found as h3's router would find it", () => {
  const places = createPlaces({ basePath: "/kiket", webhookPath: "/hook", eventPaths: new Map() }, createRoutes([]));
  const router = new H3();
  for (const route of ["/health", "/ready", "/hook", "/webhooks/:event", "/v/:version/webhooks/:event"])
    router.all(`/kiket${route}`, () => "found");
  // No segments of dots alone: a URL has none.
  const piece = fc.constantFrom(
    ..."/ /kiket /health /ready /hook /webhooks /v /v1 /issue.created /webhooks/x /v/v1/webhooks/x x ; : * ** \\ %2F %2e %25 %C3%A4 @".split(
      " ",
    ),
  );
  fc.assert(
    fc.property(fc.boolean(), fc.array(piece, { maxLength: 6 }), (isBelow, pieces) => {
      const pathname = (isBelow ? "/kiket" : "/") + pieces.join("");
      const route = router["~findRoute"]({ req: { method: "POST" }, url: { pathname } } as never);
      expect(places(pathname) !== undefined).toBe(route !== undefined);
    }),
    { numRuns: 3_000 },
  );
});
