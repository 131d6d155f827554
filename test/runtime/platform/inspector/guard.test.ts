import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { refuseForeignToApi } from "../../../../runtime/platform/http/foreign-request.js";
import { readHead } from "../../../../runtime/platform/http/request-head.js";
import { answerHeaders, refuseInspectorRequest } from "../../../../runtime/platform/inspector/guard.js";
import { token } from "./open.js";

type Lines = readonly (readonly [string, string])[];

const own: Lines = [["Host", "127.0.0.1:4848"]];
const withToken: Lines = [...own, ["X-Kiket-Gen-Token", token]];

const goodTicket = "ab".repeat(16);

const isPage = (target: string): boolean => target === "/" || target === "/assets/page.js";

function inspect(method: string, target: string, lines: Lines, port = 4848): number {
  const head = readHead(method, target, lines.flat());
  const takeTicket = (ticket: string): boolean => ticket === goodTicket;
  return refuseInspectorRequest(head, { port, token, takeTicket, isPage })?.status ?? 200;
}

function callApi(target: string, lines: Lines, method = "GET"): number {
  return refuseForeignToApi(readHead(method, target, lines.flat()), 4848)?.status ?? 200;
}

const api = "/api/v1/ext/rate_limit";
const keySet = "/.well-known/jwks.json";

const ownHosts = ["127.0.0.1:4848", "localhost:4848", "[::1]:4848"];
const foreignHosts = [
  "",
  "127.0.0.1",
  "127.0.0.1:",
  "127.0.0.1:04848",
  "127.0.0.1:4849",
  "127.0.0.1:4848:4848",
  "127.0.0.1:4848,127.0.0.1:4848",
  "127.0.0.1:4848, 127.0.0.1:4848",
  "localhost",
  "localhost:80",
  "localhost.:4848",
  "LOCALHOST:4848",
  "Localhost:4848",
  "a.localhost:4848",
  "localhost.evil.test:4848",
  "evil.test",
  "evil.test:4848",
  "user@127.0.0.1:4848",
  "user:password@localhost:4848",
  "127.0.0.1:4848@evil.test",
  "127.0.0.1:4848/",
  "127.0.0.1:4848#",
  "http://127.0.0.1:4848",
  "127.1:4848",
  "127.0.1:4848",
  "127.0.0.2:4848",
  "2130706433:4848",
  "0x7f000001:4848",
  "0x7f.0.0.1:4848",
  "017700000001:4848",
  "0177.0.0.1:4848",
  "0:4848",
  "0.0.0.0:4848",
  "[::]:4848",
  "::1:4848",
  "[::1]",
  "[::1%25lo]:4848",
  "[0:0:0:0:0:0:0:1]:4848",
  "[::ffff:127.0.0.1]:4848",
  "[::ffff:7f00:1]:4848",
  "１２７.0.0.1:4848",
  "127。0。0。1:4848",
  "%31%32%37.0.0.1:4848",
  "host.docker.internal:4848",
  "192.168.0.2:4848",
];
const foreignOrigins = [
  "",
  "null",
  "http://127.0.0.1",
  "http://127.0.0.1:4849",
  "https://127.0.0.1:4848",
  "http://127.0.0.1:4848/",
  "HTTP://127.0.0.1:4848",
  "http://LOCALHOST:4848",
  "127.0.0.1:4848",
  "http://localhost",
  "http://localhost:8000",
  "http://localhost.:4848",
  "http://user@localhost:4848",
  "http://evil.test",
  "http://evil.test:4848",
  "http://127.0.0.1:4848.evil.test",
  "http://127.0.0.1:4848@evil.test",
  "http://192.168.0.2:4848",
  "http://[::ffff:127.0.0.1]:4848",
  "http://127.0.0.1:4848 http://evil.test",
  "http://127.0.0.1:4848, http://evil.test",
  "file://",
  "chrome-extension://abcdefgh",
  "*",
];

describe("Host", () => {
  it.each(ownHosts)("%s is let in", (host) => {
    expect(inspect("GET", "/", [["host", host]])).toBe(200);
    expect(callApi(api, [["HOST", host]])).toBe(200);
  });

  it.each(foreignHosts)("%j is refused", (host) => {
    expect(inspect("GET", "/", [["Host", host]])).toBe(403);
    expect(inspect("GET", "/api/state", [...withToken.slice(1), ["Host", host]])).toBe(403);
    expect(callApi(api, [["Host", host]])).toBe(403);
    expect(callApi(keySet, [["Host", host]])).toBe(403);
  });

  it.each([
    ["none", []],
    ["two that are the same", [...own, ...own]],
    ["an own one and a foreign one", [...own, ["host", "evil.test"]]],
  ] as const)("%s: refused", (_what, lines) => {
    expect(inspect("GET", "/", lines)).toBe(403);
    expect(callApi(api, lines)).toBe(403);
  });

  it("that is refused is answered with the way out", () => {
    expect(refuseForeignToApi(readHead("GET", api, ["Host", "host.docker.internal:4848"]), 4848)).toEqual({
      status: 403,
      error: "The header Host is not an address of this server",
      hint: "Call http://127.0.0.1:4848; a forwarded port must have the same number. A container calls it over the network of its host: docker run --network host.",
    });
  });

  it("may lack the port that browsers leave out, on that port only", () => {
    expect(inspect("GET", "/", [["Host", "localhost"]], 80)).toBe(200);
    expect(inspect("GET", "/", [["Host", "localhost:80"]], 80)).toBe(200);
    expect(inspect("GET", "/", [["Host", "localhost:4848"]], 80)).toBe(403);
  });

  it.each(["http://evil.test/", "http://127.0.0.1:4848/", "*", "evil.test:443", ""])(
    "is not the only place of a host: a target %j is refused",
    (target) => {
      expect(inspect("GET", target, withToken)).toBe(400);
      expect(callApi(target, own)).toBe(400);
    },
  );
});

describe("Origin", () => {
  it.each(["http://127.0.0.1:4848", "http://localhost:4848", "http://[::1]:4848"])("%s is let in", (origin) => {
    expect(inspect("POST", "/api/deliveries", [...withToken, ["Origin", origin]])).toBe(200);
    expect(callApi(api, [...own, ["Origin", origin]], "POST")).toBe(200);
  });

  it.each(foreignOrigins)("%j is refused", (origin) => {
    const line = ["Origin", origin] as const;
    expect(inspect("POST", "/api/deliveries", [...withToken, line])).toBe(403);
    expect(inspect("GET", "/api/stream", [...withToken, line])).toBe(403);
    expect(inspect("GET", "/", [...own, line])).toBe(403);
    expect(callApi(api, [...own, line], "POST")).toBe(403);
  });

  it("twice is refused", () => {
    const line = ["Origin", "http://127.0.0.1:4848"] as const;
    expect(inspect("POST", "/api/deliveries", [...withToken, line, line])).toBe(403);
    expect(callApi(api, [...own, line, line])).toBe(403);
  });

  it("is refused for the key set, whatever it is", () => {
    expect(callApi(keySet, own)).toBe(200);
    expect(callApi(keySet, [...own, ["Origin", "http://127.0.0.1:4848"]])).toBe(403);
    expect(callApi(`${keySet}?x`, [...own, ["Origin", "http://127.0.0.1:4848"]])).toBe(403);
  });
});

describe("Sec-Fetch-Site", () => {
  it.each([
    ["same-origin", [200, 200, 403]],
    ["none", [200, 403, 200]],
    ["same-site", [403, 403, 403]],
    ["cross-site", [403, 403, 403]],
    ["Same-Origin", [403, 403, 403]],
    ["", [403, 403, 403]],
    ["none, same-origin", [403, 403, 403]],
  ])("%j: page, inspector, Kiket", (site, statuses) => {
    const line = ["Sec-Fetch-Site", site] as const;
    const page = inspect("GET", "/", [...own, line]);
    expect(inspect("GET", "/assets/page.js", [...own, line])).toBe(page);
    expect([page, inspect("GET", "/api/state", [...withToken, line]), callApi(api, [...own, line])]).toEqual(statuses);
  });

  it("twice is refused", () => {
    const line = ["Sec-Fetch-Site", "same-origin"] as const;
    expect(inspect("GET", "/api/state", [...withToken, line, line])).toBe(403);
  });
});

describe("the token", () => {
  it.each([
    ["missing", []],
    ["empty", [["x-kiket-gen-token", ""]]],
    ["shorter", [["x-kiket-gen-token", token.slice(1)]]],
    ["longer", [["x-kiket-gen-token", `${token}0`]]],
    ["in capitals", [["x-kiket-gen-token", token.toUpperCase()]]],
    ["another", [["x-kiket-gen-token", token.replace("0", "1")]]],
    [
      "twice",
      [
        ["x-kiket-gen-token", token],
        ["x-kiket-gen-token", token],
      ],
    ],
    ["in a cookie", [["cookie", `x-kiket-gen-token=${token}; token=${token}`]]],
    ["as a bearer token", [["authorization", `Bearer ${token}`]]],
  ] as const)("%s: refused for reads and writes", (_what, lines) => {
    for (const [method, target] of [
      ["GET", "/api/launch"],
      ["GET", "/api/state"],
      ["GET", `/api/stream?token=${token}`],
      ["POST", "/api/deliveries"],
      ["GET", "/nothing"],
      // Not to the letter a file of the page.
      ["GET", "/?"],
      ["GET", "/?token=x"],
      ["GET", "//"],
      ["GET", "/assets/../"],
      ["GET", "/assets/page.js?raw"],
      ["GET", "/assets/%70age.js"],
      ["GET", "/__proto__"],
    ] as const) {
      expect([method, target, inspect(method, target, [...own, ...lines])]).toEqual([method, target, 401]);
    }
  });

  it("is needed by everything but the page", () => {
    expect(inspect("GET", "/", own)).toBe(200);
    expect(inspect("GET", "/assets/page.js", own)).toBe(200);
    expect(inspect("GET", "/api/state", withToken)).toBe(200);
  });
});

describe("the method", () => {
  it.each(["OPTIONS", "TRACE", "HEAD", "PUT", "PATCH", "DELETE", "PROPFIND", "QUERY"])("%s is refused", (method) => {
    expect(inspect(method, "/", own)).toBe(405);
    expect(inspect(method, "/api/deliveries", withToken)).toBe(405);
  });

  it("of the page is only GET", () => {
    expect(inspect("POST", "/", withToken)).toBe(405);
  });
});

describe("an upgrade", () => {
  it("is refused, and judged like every request before that", () => {
    const lines: Lines = [
      ["Connection", "Upgrade"],
      ["Upgrade", "websocket"],
    ];
    expect(inspect("GET", "/", [...own, ...lines])).toBe(400);
    expect(inspect("GET", "/api/stream", [...withToken, ...lines])).toBe(400);
    expect(inspect("GET", "/api/stream", [...own, ...lines, ["Origin", "http://evil.test"]])).toBe(403);
    expect(callApi(api, [...own, ...lines, ["Origin", "http://evil.test"]])).toBe(403);
  });
});

describe("whatever is sent", () => {
  const names = fc.constantFrom("host", "Host", "origin", "Origin", "sec-fetch-site", "x-kiket-gen-token", "__proto__");
  const values = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.constantFrom(...ownHosts, ...foreignHosts, ...foreignOrigins, token, "same-origin", "none", "cross-site"),
    fc.constantFrom(...ownHosts).map((host) => `http://${host}`),
  );
  const lines = fc.array(fc.tuple(names, values), { maxLength: 6 });
  const targets = fc.oneof(fc.string(), fc.constantFrom("/", "/api/state", api, keySet));

  it("is refused or let in, never thrown at, and nothing foreign is let in", () => {
    const only = (all: Lines, name: string) =>
      all.filter(([each]) => each.toLowerCase() === name).map(([, one]) => one);
    const origins = ownHosts.map((host) => `http://${host}`);
    let letIn = 0;
    const property = fc.property(targets, lines, fc.boolean(), (target, random, isOwn) => {
      const all = isOwn ? [...withToken, ...random] : random;
      const passes = [inspect("GET", target, all), callApi(target, all)].filter((status) => status === 200);
      if (passes.length === 0) return;
      letIn += 1;
      const [hosts, sent] = [only(all, "host"), only(all, "origin")];
      expect(hosts.length === 1 && ownHosts.includes(hosts[0] ?? "")).toBe(true);
      expect(sent.length === 0 || (sent.length === 1 && origins.includes(sent[0] ?? ""))).toBe(true);
      expect(only(all, "sec-fetch-site").every((site) => ["same-origin", "none"].includes(site))).toBe(true);
    });
    fc.assert(property, { numRuns: 3000 });
    expect(letIn).toBeGreaterThan(100);
  });

  it("reads every line of a header, whatever its name", () => {
    const head = readHead("GET", "/", ["__proto__", "1", "Host", "a", "HOST", "b", "constructor", "2"]);
    expect([...head.headers]).toEqual([
      ["__proto__", ["1"]],
      ["host", ["a", "b"]],
      ["constructor", ["2"]],
    ]);
  });
});

describe("the headers of answers", () => {
  it("allow no other page, no frame, no store and no foreign script", () => {
    expect(Object.keys(answerHeaders).filter((name) => name.startsWith("access-control-"))).toEqual([]);
    expect(answerHeaders["content-security-policy"]?.split("; ")).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ]);
  });
});

describe("a ticket", () => {
  it("lets in only to POST /api/token, and only from the own page or a program", () => {
    const withTicket: Lines = [...own, ["X-Kiket-Gen-Token", goodTicket]];
    expect(inspect("POST", "/api/token", withTicket)).toBe(200);
    expect(inspect("GET", "/api/token", withTicket)).toBe(401);
    expect(inspect("POST", "/api/token?a", withTicket)).toBe(401);
    expect(inspect("POST", "/api/deliveries", withTicket)).toBe(401);
    expect(inspect("GET", "/api/state", withTicket)).toBe(401);
    expect(inspect("POST", "/api/token", [...withTicket, ["Origin", "http://127.0.0.1:8000"]])).toBe(403);
    expect(inspect("POST", "/api/token", [...withTicket, ["Sec-Fetch-Site", "same-site"]])).toBe(403);
    expect(inspect("POST", "/api/token", own)).toBe(401);
  });
});
