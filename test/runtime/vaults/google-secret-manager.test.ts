import { getEventListeners } from "node:events";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { ConfigError, KiketError } from "../../../runtime/base/errors.js";
import { googleSecretManager } from "../../../runtime/secrets.js";
import { crc32c } from "../../../runtime/vaults/crc32c.js";
import { type GoogleState, openGoogleGrpc, openGoogleRest } from "../../support/google-secrets-server.js";

const never = new AbortController().signal;

async function errorOf(loading: Promise<unknown>): Promise<Error> {
  return loading.then(
    (value) => expect.fail(`got ${JSON.stringify(value)}`),
    (error: Error) => error,
  );
}

describe("the checksum", () => {
  it.each([
    ["123456789", 0xe3069283],
    ["", 0],
    ["\u0000".repeat(32), 0x8a9136aa],
  ])("of %j is that of RFC 3720", (text, sum) => {
    expect(crc32c(new TextEncoder().encode(text))).toBe(sum);
  });
});

describe.each([
  ["gRPC", openGoogleGrpc],
  ["REST", openGoogleRest],
] as const)("Google Secret Manager over %s", (_what, openGoogle) => {
  async function open(given: Partial<GoogleState>) {
    const google = await openGoogle(given);
    const source = googleSecretManager({ client: google.client, project: "app" });
    const load = async (...names: string[]) => Object.fromEntries(await source.load(names, { signal: never }));
    const called = () => google.calls.splice(0).map((call) => call.replace(/projects\/\w+\/secrets\//, ""));
    return { ...google, source, load, called };
  }

  it("has the two newest enabled versions as live values, the newest first", async () => {
    const { load, called } = await open({
      secrets: {
        hook: [{ data: "oldest" }, { data: "old" }, { data: "new" }],
        gap: [{ data: "old" }, { data: "x", state: "DESTROYED" }, { data: "new" }, { data: "y", state: "DISABLED" }],
        one: [{ data: "only" }],
        none: [{ data: "x", state: "DISABLED" }],
        empty: [{ data: "" }],
      },
    });
    expect(await load("hook", "gap", "one", "none", "empty", "absent")).toEqual({
      hook: ["new", "old"],
      gap: ["new", "old"],
      one: ["only"],
    });
    called();
    await load("hook");
    expect(called()).toEqual(["list hook", "access hook/versions/3", "access hook/versions/2"]);
  });

  it("without the right to list has the newest version and the one before it, and does not try to list again", async () => {
    const { load, called } = await open({
      mayList: false,
      secrets: {
        hook: [{ data: "oldest" }, { data: "old" }, { data: "new" }],
        gap: [{ data: "old" }, { data: "x", state: "DISABLED" }, { data: "new" }],
        one: [{ data: "only" }],
        off: [{ data: "old" }, { data: "x", state: "DISABLED" }],
      },
    });
    expect(await load("hook", "gap", "one", "off", "absent")).toEqual({
      hook: ["new", "old"],
      gap: ["new"],
      one: ["only"],
    });
    called();
    await load("hook");
    expect(called()).toEqual(["access hook/versions/latest", "access hook/versions/2"]);
  });

  it("is exact: line ends, characters beyond ASCII, a byte order mark, and the longest value", async () => {
    const text = "\ufeffline\r\nnext\n\u{1f511} Schlüssel\n";
    const longest = "ü".repeat(32_768);
    const { load } = await open({ secrets: { text: [{ data: text }], longest: [{ data: longest }] } });
    expect(await load("text", "longest")).toEqual({ text: [text], longest: [longest] });
  });

  it("refuses a value that was damaged on the way, and one that is not text", async () => {
    const { load } = await open({
      secrets: { damaged: [{ data: "hunter2", crc: 1 }], binary: [{ data: Uint8Array.of(0xff, 0xfe) }] },
    });
    const error = await errorOf(load("damaged"));
    expect(error).not.toBeInstanceOf(ConfigError);
    expect(error.message).toBe("The secret projects/app/secrets/damaged was damaged on the way: its checksum is wrong");
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("hunter2");
    await expect(load("binary")).rejects.toThrow("The secret projects/app/secrets/binary is not text in UTF-8.");
  });

  it("is asked for many names, and nothing stays on the signal", async () => {
    const names = Array.from({ length: 30 }, (_, index) => `name-${index}`);
    const { source } = await open({ secrets: Object.fromEntries(names.map((name) => [name, [{ data: name }]])) });
    const { signal } = new AbortController();
    const loaded = await source.load(names, { signal });
    expect([loaded.size, loaded.get("name-29")]).toEqual([30, ["name-29"]]);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it.each([
    ["PERMISSION_DENIED", "Give the service account of the program the role roles/secretmanager.secretAccessor on it"],
    ["UNAUTHENTICATED", "Check the credentials of the client."],
    ["INVALID_ARGUMENT", "Check project and location."],
  ])("that refuses for good (%s) is told with what to do", async (status, remedy) => {
    const { load } = await open({
      secrets: { hook: [{ data: "x" }] },
      instead: (call) => (call.startsWith("access") ? { status, message: "No \u001b[2J way" } : undefined),
    });
    const error = await errorOf(load("hook"));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toContain("The secret projects/app/secrets/hook cannot be read (");
    expect(error.message).toContain(`No \\u001b[2J way). ${remedy}`);
  });

  it.each(["RESOURCE_EXHAUSTED", "UNAVAILABLE", "INTERNAL"])(
    "that refuses for now (%s) may be asked again, and is not by the client",
    async (status) => {
      const { load, calls } = await open({
        secrets: { hook: [{ data: "x" }] },
        instead: (call) => (call.startsWith("access") ? { status, message: "later" } : undefined),
      });
      const error = await errorOf(load("hook"));
      expect(error).toBeInstanceOf(KiketError);
      expect(error).not.toBeInstanceOf(ConfigError);
      expect(error.message).toMatch(/^The secret projects\/app\/secrets\/hook cannot be read \(.*later\)$/);
      expect(calls.filter((call) => call.startsWith("access"))).toHaveLength(1);
    },
  );

  it("that fails for now while the previous version is read fails as a whole", async () => {
    const { load, state } = await open({ secrets: { hook: [{ data: "old" }, { data: "new" }] } });
    state.instead = (call) => (call.endsWith("/1") ? { status: "UNAVAILABLE" } : undefined);
    await expect(load("hook")).rejects.toThrow("cannot be read");
    state.instead = (call) => (call.endsWith("/1") ? { status: "PERMISSION_DENIED" } : undefined);
    expect(await load("hook")).toEqual({ hook: ["new"] });
  });

  it.each(["", "a.b", "../x", "a/b", "a%2Fb", "a/versions/1", "ü", "a\nb", "x".repeat(256)])(
    "is not asked for the name %j, which no secret can have",
    async (name) => {
      const { load, calls } = await open({});
      const error = await errorOf(load(name));
      expect(error).toBeInstanceOf(ConfigError);
      expect(error.message).toContain(
        "cannot be the name of a secret in Google Secret Manager: give the option nameOf",
      );
      expect(calls).toEqual([]);
    },
  );

  it("that does not answer is given up with the signal, by its reason", async () => {
    const { source, calls } = await open({ secrets: { hook: [{ data: "x" }] }, instead: () => "silence" });
    const controller = new AbortController();
    const loading = errorOf(source.load(["hook"], { signal: controller.signal }));
    await expect.poll(() => calls.length).toBeGreaterThan(0);
    const reason = new Error("too late");
    controller.abort(reason);
    expect(await loading).toBe(reason);
  });
});

describe("an answer of the REST API that cannot be read", () => {
  it.each([
    ["cut off", '{"name":"n","payload":{"data":"aHVudGVyMg'],
    ["damaged", '{"name":"n","payload":{"data":hunter2}}'],
    ["a page", "<html>hunter2</html>"],
  ])("because it is %s has nothing of the value in the error", async (_what, raw) => {
    const { client } = await openGoogleRest({
      secrets: { hook: [{ data: "x" }] },
      instead: (call) => (call.startsWith("access") ? { raw } : undefined),
    });
    const error = await errorOf(googleSecretManager({ client, project: "app" }).load(["hook"], { signal: never }));
    expect(error.message).toMatch(/^The secret projects\/app\/secrets\/hook cannot be read \(\w+\)$/);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/hunter|aHVu/);
  });

  it("because the connection breaks names the secret", async () => {
    const { client } = await openGoogleRest({ instead: () => "reset" });
    const error = await errorOf(googleSecretManager({ client, project: "app" }).load(["hook"], { signal: never }));
    expect(error).not.toBeInstanceOf(ConfigError);
    expect(error.message).toMatch(/^The secret projects\/app\/secrets\/hook cannot be read \(\w+\)$/);
  });
});

describe("what the source is made of", () => {
  it("is the client, a project, and perhaps a location", async () => {
    const { client } = await openGoogleRest({});
    expect(() => googleSecretManager({ client: {} as never, project: "app" })).toThrow(
      "googleSecretManager needs a client: new SecretManagerServiceClient() of @google-cloud/secret-manager.",
    );
    for (const project of ["", "a/b", "../x", undefined as never]) {
      expect(() => googleSecretManager({ client, project })).toThrow("project must be the id or the number");
    }
    expect(() => googleSecretManager({ client, project: "app", location: "a/b" })).toThrow("location must be");
    const source = googleSecretManager({ client, project: "example.com:app", location: "europe-west3" });
    expect(source.name).toBe("Google Secret Manager, projects/example.com:app/locations/europe-west3");
    expect(inspect(source, { depth: 9, showHidden: true })).not.toContain("ya29");
  });
});

describe("a list of versions", () => {
  it("may have a page without enabled versions before those that are", async () => {
    const pages = [[], ["4"], [], ["2", "1"]];
    const asked: unknown[] = [];
    const source = googleSecretManager({
      client: {
        async listSecretVersions(request) {
          const page = asked.push(request) - 1;
          const versions = (pages[page] ?? []).map((number) => ({ name: `${request.parent}/versions/${number}` }));
          // What the official client gives: the request for the next page.
          return [versions, page < 3 ? { ...request, pageToken: `page-${page + 1}` } : null, {}];
        },
        accessSecretVersion: async ({ name }) => [{ name, payload: { data: Buffer.from(`value of ${name.at(-1)}`) } }],
      },
      project: "app",
    });
    expect(await source.load(["hook"], { signal: never })).toEqual(new Map([["hook", ["value of 4", "value of 2"]]]));
    const request = { parent: "projects/app/secrets/hook", filter: "state:ENABLED", pageSize: 2 };
    expect(asked).toEqual([request, ...[1, 2, 3].map((page) => ({ ...request, pageToken: `page-${page}` }))]);
  });
});
