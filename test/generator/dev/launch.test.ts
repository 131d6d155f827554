import { describe, expect, it } from "vitest";
import { isSameBoot, readBootId } from "../../../generator/dev/boot.js";
import { findRunning } from "../../../generator/dev/find-running.js";
import { type Launch, parseLaunch } from "../../../generator/dev/launch.js";

const launch: Launch = {
  launchId: "0123456789abcdef0123456789abcdef",
  token: "fedcba9876543210fedcba9876543210",
  bootId: "5193b6c6-c228-437c-8181-501041f1aa21",
  pid: 1,
  groups: [4243],
  inspector: "http://127.0.0.1:4848",
  kiket: "http://[::1]:1",
  extension: "http://127.0.0.1:65535",
};

const parsed = (change: object) => parseLaunch(JSON.stringify({ ...launch, ...change }));

describe("parseLaunch", () => {
  it("takes a launch, without what is none of its members", () => {
    expect(parsed({})).toEqual(launch);
    expect(parsed({ extension: undefined })).not.toHaveProperty("extension");
    expect(Object.keys(parsed({ evil: 1, __proto__: { pid: 7 } }) ?? {}).sort()).toEqual(Object.keys(launch).sort());
  });

  it.each([
    ["http://evil:4848"],
    ["http://evil"],
    ["http://127.0.0.1"],
    ["http://127.0.0.1:80/"],
    ["http://127.0.0.1.evil:80"],
    ["http://127.0.0.1:80.evil"],
    ["http://127.0.0.1:80@evil"],
    ["http://user:word@127.0.0.1:80"],
    ["http://user@127.0.0.1:80"],
    ["https://127.0.0.1:80"],
    ["file:///etc/passwd"],
    ["http://127.0.0.1:80/path"],
    ["http://127.0.0.1:80?x"],
    ["http://127.0.0.1:80#x"],
    ["http://127.0.0.1:80\n"],
    [" http://127.0.0.1:80"],
    ["http://127.0.0.1:0"],
    ["http://127.0.0.1:65536"],
    ["http://127.0.0.1:080"],
    ["http://127.0.0.2:80"],
    ["http://2130706433:80"],
    ["http://127.1:80"],
    ["http://localhost:80"],
    ["http://0.0.0.0:80"],
    ["http://[::]:80"],
    ["http://[::ffff:127.0.0.1]:80"],
    [""],
    [4848],
    [null],
  ])("takes no address such as %j", (address) => {
    expect([parsed({ inspector: address }), parsed({ kiket: address }), parsed({ extension: address })]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it.each([0, 1, -1, -4243, 4194305, 2 ** 53, 1e308, 1.5, "4243", null, [4243], true])(
    "takes no process group such as %j",
    (group) => {
      expect([parsed({ groups: [group] }), parsed({ groups: [4243, group] })]).toEqual([undefined, undefined]);
    },
  );

  it("takes nothing else that is not as it writes it", () => {
    const wrong = [
      { launchId: "" },
      { launchId: "0123" },
      { launchId: "0123456789ABCDEF0123456789ABCDEF" },
      { launchId: "0123456789abcdef0123456789abcdef\n" },
      { token: "x\r\nhost: evil" },
      { token: 5 },
      { bootId: undefined },
      { pid: 0 },
      { pid: -1 },
      { pid: "4242" },
      { groups: {} },
      { groups: { length: 1, 0: 4243 } },
      { groups: Array.from({ length: 33 }, () => 4243) },
      { inspector: undefined },
    ];
    expect(wrong.map((change) => parsed(change))).toEqual(wrong.map(() => undefined));
    const texts = ["", "null", "[]", "1", '"x"', "{", "{}", "\0", JSON.stringify([launch])];
    expect(texts.map(parseLaunch)).toEqual(texts.map(() => undefined));
  });
});

describe("the boot", () => {
  it("is the same while the machine runs", () => {
    expect(isSameBoot(readBootId(), readBootId())).toBe(true);
  });

  it("is the same by its time if both are within two minutes", () => {
    expect(isSameBoot("at 1764124987", "at 1764125107")).toBe(true);
    expect(isSameBoot("at 1764124987", "at 1764125108")).toBe(false);
    expect(isSameBoot("at 1764124987", "at 17641249870000000")).toBe(false);
    expect(isSameBoot("at 1764124987", "5193b6c6-c228-437c-8181-501041f1aa21")).toBe(false);
  });
});

describe("findRunning", () => {
  const requests: unknown[] = [];
  const answering =
    (body: string, status = 200): typeof fetch =>
    async (url, { headers, redirect } = {}) => {
      requests.push([url, headers, redirect]);
      return new Response(body, { status });
    };

  it("is the launch that its inspector answers, asked with its token", async () => {
    expect(await findRunning(launch, answering(JSON.stringify({ launchId: launch.launchId })))).toEqual(launch);
    expect(requests).toEqual([["http://127.0.0.1:4848/api/launch", { "x-kiket-gen-token": launch.token }, "error"]]);
  });

  it("is none if there is another answer, or none", async () => {
    const own = JSON.stringify({ launchId: launch.launchId });
    const other = JSON.stringify({ launchId: "00000000000000000000000000000000" });
    const fails: typeof fetch = async () => {
      throw new TypeError("fetch failed");
    };
    const fetches = [
      answering(own, 403),
      answering(other),
      answering("null"),
      answering("<html>"),
      answering("{}"),
      fails,
    ];
    for (const each of fetches) expect(await findRunning(launch, each)).toBeUndefined();
    expect(await findRunning(undefined, fails)).toBeUndefined();
  });
});
