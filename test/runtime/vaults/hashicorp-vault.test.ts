import { getEventListeners } from "node:events";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { ConfigError, KiketError } from "../../../runtime/base/errors.js";
import { type HashicorpVaultOptions, hashicorpVault } from "../../../runtime/secrets.js";
import { openHashicorp } from "../../../runtime/vaults/hashicorp-vault.js";
import { type HashicorpState, openHashicorpServer } from "../../support/hashicorp-server.js";
import { openServer } from "../../support/receiver.js";

const never = new AbortController().signal;

/** A source whose server has this. `process` has the clock, in milliseconds, and the files by their paths. */
async function open(
  state: Parameters<typeof openHashicorpServer>[0],
  options: Partial<HashicorpVaultOptions> = {},
  process: { now?: number; files?: Readonly<Record<string, string>> } = {},
) {
  const server = await openHashicorpServer(state);
  const { address } = server;
  const source = openHashicorp(
    { address, path: "app", auth: { token: "hvs.root" }, env: {}, ...options },
    { ages: () => process.now ?? 0, readFile: (path) => process.files?.[path] },
  );
  const load = async (...names: string[]) => Object.fromEntries(await source.load(names, { signal: never }));
  /** The method and path of each call since the last time. */
  const called = () => server.calls.splice(0).map(({ method, path }) => `${method} ${path.replace("/v1/", "")}`);
  return { ...server, source, load, called };
}

async function errorOf(loading: Promise<unknown>): Promise<Error> {
  return loading.then(
    (value) => expect.fail(`got ${JSON.stringify(value)}`),
    (error: Error) => error,
  );
}

describe("one secret in HashiCorp Vault with many fields", () => {
  it("has the current and the previous version of each field as live values, the newest first", async () => {
    const { load, called } = await open({
      versions: { "secret/app": [{ hook: "oldest" }, { hook: "old", token: "t" }, { hook: "new", token: "t" }] },
    });
    expect(await load("hook", "token", "absent", "toString", "__proto__", "../x", "a%2Fb")).toEqual({
      hook: ["new", "old"],
      token: ["t"],
    });
    expect(called()).toEqual(["GET auth/token/lookup-self", "GET secret/data/app", "GET secret/data/app?version=2"]);
    await load("hook");
    expect(called()).toEqual(["GET secret/data/app", "GET secret/data/app?version=2"]);
  });

  it("is exact: line ends, characters beyond ASCII, a byte order mark, and a value of 1 MB", async () => {
    const text = "\ufeffline\r\nnext\n\u{1f511} Schlüssel ";
    const large = "ü".repeat(500_000);
    const { load } = await open({ versions: { "secret/app": [{ text, large, empty: "" }] } });
    expect(await load("text", "large", "empty")).toEqual({ text: [text], large: [large] });
  });

  it.each([
    ["is absent if it does not exist", [], {}],
    ["is absent if its current version is deleted", [{ hook: "old" }, "deleted"], {}],
    ["is absent if its current version is destroyed", [{ hook: "old" }, "destroyed"], {}],
    ["has one live value if the previous version is deleted", ["x", "deleted", { hook: "new" }], { hook: ["new"] }],
    ["has one live value if the previous version is destroyed", ["destroyed", { hook: "new" }], { hook: ["new"] }],
    ["has one live value if the field was not text before", [{ hook: 1 }, { hook: "new" }], { hook: ["new"] }],
  ] as [string, HashicorpState["versions"][string], object][])("%s", async (_what, versions, expected) => {
    const { load } = await open({ versions: { "secret/app": versions } });
    expect(await load("hook")).toEqual(expected);
  });

  it("must have text in a field that is asked for", async () => {
    const { load } = await open({ versions: { "secret/app": [{ port: 5432 }] } });
    await expect(load("port")).rejects.toThrow(
      'Secret "secret/app" has a value that is not text under "port". Store it in quotes.',
    );
  });

  it("is below the mount, the path and the namespace that were given", async () => {
    const { load, calls } = await open(
      { versions: { "team/kv/a b/ü": [{ hook: "x" }] } },
      { mount: "/team/kv/", path: "a b/ü", namespace: "admin/eu" },
    );
    expect(await load("hook")).toEqual({ hook: ["x"] });
    expect(calls.at(-1)).toEqual({
      method: "GET",
      path: "/v1/team/kv/data/a%20b/%C3%BC",
      token: "hvs.root",
      namespace: "admin/eu",
    });
  });
});

describe("a secret of its own for each name", () => {
  const versions = { "secret/app/hook": [{ value: "old" }, { value: "new" }], "secret/app/eu/token": [{ value: "t" }] };

  it("is below the path, with the value in the field", async () => {
    const { load } = await open({ versions }, { field: "value" });
    expect(await load("hook", "eu/token", "absent")).toEqual({ hook: ["new", "old"], "eu/token": ["t"] });
  });

  it.each([
    "..",
    "../other",
    "a/../../other",
    "a/..",
    ".",
    "",
    "a//b",
    "/a",
    "a/",
    "a%2Fb",
    "a?version=1",
    "a#b",
    "a\\..\\b",
    "a\nb",
  ])("cannot have the name %j, for which nothing is asked", async (name) => {
    const { load, calls } = await open(
      { versions: { ...versions, "secret/other": [{ value: "of another" }] } },
      { field: "value" },
    );
    const error = await errorOf(load(name));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toContain("cannot be the name of a secret in Vault: give the option nameOf");
    expect(calls).toEqual([]);
  });

  it("is asked for among 40 others, and nothing stays on the signal", async () => {
    const names = Array.from({ length: 40 }, (_, index) => `name-${index}`);
    const { source } = await open(
      { versions: Object.fromEntries(names.map((name) => [`secret/app/${name}`, [{ value: name }]])) },
      { field: "value" },
    );
    const { signal } = new AbortController();
    const loaded = await source.load(names, { signal });
    expect([loaded.size, loaded.get("name-39")]).toEqual([40, ["name-39"]]);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});

describe("a token that was given", () => {
  const versions = { "secret/app": [{ hook: "x" }] };
  const read = "GET secret/data/app";

  it("is renewed at the first load after a third of its time", async () => {
    const process = { now: 0 };
    const tokens = new Map([["hvs.root", { ttl: 3600, renewable: true }]]);
    const { load, called } = await open({ versions, tokens }, {}, process);
    await load("hook");
    process.now = 1_200_000;
    await load("hook");
    expect(called()).toEqual(["GET auth/token/lookup-self", read, read]);
    process.now = 1_200_001;
    await load("hook");
    process.now = 2_400_000;
    await load("hook");
    expect(called()).toEqual(["POST auth/token/renew-self", read, read]);
  });

  it("is used as it is while Vault limits renewals", async () => {
    const process = { now: 0 };
    const tokens = new Map([["hvs.root", { ttl: 3600, renewable: true }]]);
    const { load, state } = await open({ versions, tokens }, {}, process);
    await load("hook");
    state.instead = ({ path }) => (path.endsWith("/renew-self") ? { status: 429 } : undefined);
    process.now = 2_400_000;
    expect(await load("hook")).toEqual({ hook: ["x"] });
  });

  it("is used as it is if it cannot be renewed", async () => {
    const process = { now: 0 };
    const { load, called } = await open({ versions, tokens: new Map([["hvs.root", { ttl: 60 }]]) }, {}, process);
    await load("hook");
    process.now = 3_600_000;
    expect(await load("hook")).toEqual({ hook: ["x"] });
    expect(called()).toEqual(["GET auth/token/lookup-self", read, read]);
  });

  it("that Vault refuses is an error that says what to do", async () => {
    const { load, state, address } = await open({ versions });
    await load("hook");
    state.tokens.clear();
    const error = await errorOf(load("hook"));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toBe(
      `Secret "secret/app" cannot be read from Vault at ${address} (status 403: 1 error occurred: * permission denied). The policy of the token needs path "secret/data/app" { capabilities = ["read"] }; the token may also have ended.`,
    );
  });

  it("is read from its file for each load, and again if Vault refuses it", async () => {
    const files = { "/run/token": "hvs.one\n" };
    const tokens = new Map([["hvs.one", {}]]);
    const { load, calls } = await open({ versions, tokens }, { auth: { tokenFile: "/run/token" } }, { files });
    expect(await load("hook")).toEqual({ hook: ["x"] });
    files["/run/token"] = "hvs.two";
    tokens.set("hvs.two", {});
    expect(await load("hook")).toEqual({ hook: ["x"] });
    expect(calls.map(({ token }) => token)).toEqual(["hvs.one", "hvs.two"]);
  });

  it("is missing if its file is", async () => {
    const { load } = await open({ versions }, { auth: { tokenFile: "/run/token" } });
    await expect(load("hook")).rejects.toThrow("auth.tokenFile cannot be read: /run/token");
  });

  it("is never in an error, also if no header can have it", async () => {
    const { load } = await open({ versions }, { auth: { tokenFile: "/t" } }, { files: { "/t": "hunter2\nhunter3" } });
    const error = await errorOf(load("hook"));
    expect(error.message).toContain("/t (auth.tokenFile) is not a token of Vault");
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("hunter");
  });
});

describe("a login", () => {
  const versions = { "secret/app": [{ hook: "x" }] };
  const read = "GET secret/data/app";
  const login = "POST auth/approle/login";
  const body = { role_id: "r", secret_id: "s" };
  const auth = { appRole: { roleId: "r", secretId: "s" } };

  it("with an AppRole brings a token, which is renewed, and after its end replaced", async () => {
    const process = { now: 0 };
    const brings = [
      { token: "hvs.one", ttl: 60, renewable: true },
      { token: "hvs.two", ttl: 60, renewable: true },
    ];
    const { load, called } = await open({ versions, logins: { approle: { body, brings } } }, { auth }, process);
    await load("hook");
    process.now = 19_000;
    await load("hook");
    expect(called()).toEqual([login, read, read]);
    process.now = 21_000;
    await load("hook");
    expect(called()).toEqual(["POST auth/token/renew-self", read]);
    process.now = 82_000;
    await load("hook");
    expect(called()).toEqual([login, read]);
  });

  it("is repeated when its token cannot be renewed", async () => {
    const process = { now: 0 };
    const brings = [{ token: "hvs.one", ttl: 60 }, { token: "hvs.two" }];
    const { load, called } = await open({ versions, logins: { approle: { body, brings } } }, { auth }, process);
    await load("hook");
    process.now = 21_000;
    await load("hook");
    process.now = 999_000;
    await load("hook");
    expect(called()).toEqual([login, read, login, read, read]);
  });

  it("is repeated when Vault renews for less and less", async () => {
    const process = { now: 0 };
    const brings = [{ token: "hvs.one", ttl: 60, renewable: true }, { token: "hvs.two" }];
    const { load, called, state } = await open({ versions, logins: { approle: { body, brings } } }, { auth }, process);
    await load("hook");
    state.tokens.set("hvs.one", { ttl: 10, renewable: true });
    process.now = 21_000;
    await load("hook");
    expect(called()).toEqual([login, read, "POST auth/token/renew-self", login, read]);
  });

  it.each([
    ["a login", false, login],
    ["a renewal", true, "POST auth/token/renew-self"],
  ])("that Vault limits (%s) leaves the token in use until its end", async (_what, renewable, asked) => {
    const process = { now: 0 };
    const brings = [{ token: "hvs.one", ttl: 60, renewable }, { token: "hvs.two" }];
    const { load, called, state } = await open({ versions, logins: { approle: { body, brings } } }, { auth }, process);
    await load("hook");
    called();
    state.instead = ({ path }) => (path.startsWith("/v1/auth/") ? { status: 429 } : undefined);
    process.now = 59_000;
    expect(await load("hook")).toEqual({ hook: ["x"] });
    expect(called()).toEqual([asked, read]);
    process.now = 60_000;
    expect((await errorOf(load("hook"))).message).toMatch(/it limits how often it is asked/);
    state.instead = () => undefined;
    expect(await load("hook")).toEqual({ hook: ["x"] });
  });

  it("is repeated once a load when Vault refuses its token, however many names there are", async () => {
    const brings = [{ token: "hvs.one" }, { token: "hvs.two" }];
    const names = Array.from({ length: 20 }, (_, index) => `n${index}`);
    const { load, called, state } = await open(
      {
        versions: Object.fromEntries(names.map((name) => [`secret/app/${name}`, [{ value: name }]])),
        logins: { approle: { body, brings } },
      },
      { auth, field: "value" },
    );
    await load("n0");
    state.tokens.delete("hvs.one");
    called();
    expect(Object.keys(await load(...names))).toHaveLength(20);
    expect(called().filter((call) => call === login)).toEqual([login]);
  });

  it("of a pod sends the token of its service account, which is read again for each login", async () => {
    const path = "/var/run/secrets/kubernetes.io/serviceaccount/token";
    const files = { [path]: "jwt.one\n" };
    const kubernetes = { body: { role: "app", jwt: "jwt.one" }, brings: [{ token: "hvs.one" }] };
    const { load, state } = await open(
      { versions, logins: { "k8s/eu": kubernetes } },
      { auth: { kubernetes: { role: "app", mount: "k8s/eu" } } },
      { files },
    );
    expect(await load("hook")).toEqual({ hook: ["x"] });
    state.tokens.delete("hvs.one");
    files[path] = "jwt.two";
    state.logins["k8s/eu"] = { body: { role: "app", jwt: "jwt.two" }, brings: [{ token: "hvs.two" }] };
    expect(await load("hook")).toEqual({ hook: ["x"] });
  });

  it("of a pod without a service account says so", async () => {
    const { load, calls } = await open({ versions }, { auth: { kubernetes: { role: "app" } } });
    await expect(load("hook")).rejects.toThrow(
      "The token of the service account cannot be read: /var/run/secrets/kubernetes.io/serviceaccount/token.",
    );
    expect(calls).toEqual([]);
  });

  it("that is refused says why, without what was sent", async () => {
    const { load, address } = await open(
      { versions, logins: { approle: { body, brings: [] } } },
      { auth: { appRole: { roleId: "hunter-role", secretId: "hunter-secret" } } },
    );
    const error = await errorOf(load("hook"));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toBe(
      `The login at auth/approle was refused by Vault at ${address} (status 400: invalid role or secret ID: {"role_id":"[redacted]","secret_id":"[redacted]"}). Check the role, its bindings and the mount.`,
    );
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("hunter");
  });

  it("that brings no token, because a second factor is wanted, is an error", async () => {
    const instead = () => ({ status: 200, body: { auth: { client_token: "", mfa_requirement: {} } } });
    const { load } = await open({ versions, instead }, { auth });
    await expect(load("hook")).rejects.toThrow("The login at auth/approle brought no token");
  });

  it("at a mount that does not exist is refused", async () => {
    const { load } = await open({ versions }, { auth: { appRole: { roleId: "r", secretId: "s", mount: "none" } } });
    await expect(load("hook")).rejects.toThrow('status 404: no handler for route "auth/none/login"');
  });
});

describe("a Vault that cannot answer", () => {
  const versions = { "secret/app": [{ hook: "hunter2" }] };

  it.each([
    [412, "this node does not have the latest data yet"],
    [429, "it limits how often it is asked, or this node is a standby"],
    [472, "this node is a secondary for disaster recovery"],
    [473, "this node is a standby that cannot forward requests"],
    [500, "it failed"],
    [503, "it is sealed, or in maintenance"],
  ])("now (status %i) may be asked again", async (status, why) => {
    const { load, address } = await open({
      versions,
      instead: () => ({ status, body: { errors: ["Vault is sealed"] } }),
    });
    const error = await errorOf(load("hook"));
    expect(error).not.toBeInstanceOf(ConfigError);
    expect(error).toBeInstanceOf(KiketError);
    expect(error.message).toBe(
      `The token: Vault at ${address} cannot answer now: ${why} (status ${status}: Vault is sealed)`,
    );
  });

  it("for the previous version fails as a whole: a rotation would lose a value", async () => {
    const { load } = await open({
      versions: { "secret/app": [{ hook: "old" }, { hook: "new" }] },
      instead: ({ path }) => (path.includes("version=1") ? { status: 503, body: {} } : undefined),
    });
    await expect(load("hook")).rejects.toThrow("it is sealed, or in maintenance (status 503)");
  });

  it("and redirects is not followed: the token goes nowhere else", async () => {
    let asked = 0;
    const elsewhere = await openServer((_request, response) => {
      asked += 1;
      response.end("{}");
    });
    const { load, address } = await open({
      versions,
      instead: () => ({ status: 307, body: {}, location: `${elsewhere.url}/v1/secret/data/app` }),
    });
    await expect(load("hook")).rejects.toThrow(
      `The token: Vault at ${address} sends elsewhere (status 307), which is not followed. Give the address of the active node, or let nodes forward requests`,
    );
    expect(asked).toBe(0);
  });

  it("and redirects where the runtime hides the status is not followed", async () => {
    const asked: (RequestInit | undefined)[] = [];
    const fetch: HashicorpVaultOptions["fetch"] = async (_url, init) => {
      asked.push(init);
      return { status: 0, body: null } as Response;
    };
    const source = hashicorpVault({ address: "https://vault.example", path: "app", auth: { token: "hvs.x" }, fetch });
    await expect(source.load(["hook"], { signal: never })).rejects.toThrow("sends elsewhere (status 302)");
    expect(asked.map((init) => init?.redirect)).toEqual(["manual"]);
  });

  it("to the end stops with the signal", async () => {
    const controller = new AbortController();
    const reason = new Error("too late");
    const { source } = await open({
      versions,
      instead: (_call, response) => {
        response.writeHead(200, { "content-type": "application/json" });
        response.write('{"data":', () => controller.abort(reason));
        return "silence";
      },
    });
    expect(await errorOf(source.load(["hook"], { signal: controller.signal }))).toBe(reason);
  });

  it("because nothing listens names the reason", async () => {
    const source = hashicorpVault({
      address: "http://127.0.0.1:1",
      path: "app",
      auth: { token: "hvs.hunter2" },
      env: {},
    });
    const error = await errorOf(source.load(["hook"], { signal: never }));
    expect(error).not.toBeInstanceOf(ConfigError);
    expect(error.message).toMatch(/^The token: Vault at http:\/\/127\.0\.0\.1:1 cannot be reached \(\w+\)$/);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("hunter2");
  });

  it("because the connection breaks names the reason", async () => {
    const { load } = await open({
      versions,
      instead: (_call, response) => {
        response.destroy();
        return "silence";
      },
    });
    await expect(load("hook")).rejects.toThrow(/cannot be reached \(\w+\)$/);
  });

  it.each([
    ["a page of a proxy", "<html>hunter2</html>"],
    ["half of an answer", '{"data":{"data":{"hook":"hunter2'],
  ])("but sends %s has nothing of it in the error", async (_what, body) => {
    const { load } = await open({
      versions,
      instead: ({ path }) => (path.includes("/data/") ? { status: 200, body } : undefined),
    });
    const error = await errorOf(load("hook"));
    expect(error.message).toContain('Secret "secret/app": Vault at ');
    expect(error.message).toContain("answered status 200 without a JSON object. Something else may listen");
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("hunter2");
  });

  it("but sends more than 8 MiB is not read to the end", async () => {
    const { load } = await open({ versions, instead: () => ({ status: 200, body: { data: "x".repeat(9_000_000) } }) });
    await expect(load("hook")).rejects.toThrow("answered more than 8388608 bytes");
  });

  it("has secrets without versions says that it is another engine", async () => {
    const { load } = await open({
      versions,
      instead: ({ path }) => (path.includes("/data/") ? { status: 200, body: { data: { hook: "x" } } } : undefined),
    });
    await expect(load("hook")).rejects.toThrow(
      'Secret "secret/app" has no version: the mount is not a KV secrets engine of version 2.',
    );
  });

  it("ends with the signal, by its reason", async () => {
    const { source, calls } = await open({ versions, instead: () => "silence" });
    const controller = new AbortController();
    const loading = errorOf(source.load(["hook"], { signal: controller.signal }));
    await expect.poll(() => calls.length).toBeGreaterThan(0);
    const reason = new Error("too late");
    controller.abort(reason);
    expect(await loading).toBe(reason);
    expect(await errorOf(source.load(["hook"], { signal: controller.signal }))).toBe(reason);
    expect(calls).toHaveLength(1);
  });
});

describe("the options", () => {
  const address = "https://vault.example";
  const auth = { token: "hvs.x" };

  it("may come from the environment, as for Vault's own tools", async () => {
    const { address: url, calls } = await openHashicorpServer({ versions: { "secret/app": [{ hook: "x" }] } });
    const env = { VAULT_ADDR: `${url}/`, VAULT_TOKEN: "hvs.root", VAULT_NAMESPACE: "admin" };
    const source = hashicorpVault({ path: "app", env });
    expect(Object.fromEntries(await source.load(["hook"], { signal: never }))).toEqual({ hook: ["x"] });
    expect(calls[0]).toEqual({
      method: "GET",
      path: "/v1/auth/token/lookup-self",
      token: "hvs.root",
      namespace: "admin",
    });
    expect(source.name).toBe(`Vault at ${url}`);
    expect(inspect(source, { depth: 9, showHidden: true })).not.toContain("hvs.root");
  });

  it.each<[string, object, string]>([
    ["no address", { auth }, "address (or VAULT_ADDR) is not set"],
    ["an address without TLS", { address: "http://vault.example:8200", auth }, "must start with https://"],
    [
      "one that only looks like this machine",
      { address: "http://127.0.0.1.example", auth },
      "must start with https://",
    ],
    [
      "an address with a password",
      { address: "https://hunter2:hunter2@vault.example", auth },
      "without user name and password",
    ],
    ["no auth", { address }, "neither auth nor VAULT_TOKEN is set"],
    [
      "two kinds of auth",
      { address, auth: { token: "x", tokenFile: "/y" } },
      "exactly one of token, tokenFile, kubernetes, appRole",
    ],
    ["an empty auth", { address, auth: {} }, "exactly one of token"],
    [
      "a token with a line end",
      { address, auth: { token: "hunter2\nhunter2" } },
      "auth.token (or VAULT_TOKEN) is not a token of Vault",
    ],
    ["no role", { address, auth: { kubernetes: { role: " " } } }, "auth.kubernetes.role is not set"],
    ["no secret id", { address, auth: { appRole: { roleId: "r", secretId: "" } } }, "auth.appRole.secretId is not set"],
    ["a mount that leads elsewhere", { address, auth, mount: "../sys" }, "mount must be a path"],
    ["a path that leads elsewhere", { address, auth, path: "a/../../x" }, "path must be a path"],
    ["no path", { address, auth, path: "" }, "path must be a path"],
    [
      "a namespace that no header can have",
      { address, auth, namespace: "a\nb" },
      "namespace (or VAULT_NAMESPACE) has blanks",
    ],
  ])("with %s are refused when it loads", async (_what, options, why) => {
    // Only when it loads: a program makes its source where no one tells an error from a fault.
    const source = hashicorpVault({ path: "app", env: {}, ...options } as HashicorpVaultOptions);
    const error = await errorOf(source.load(["hook"], { signal: never }));
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as Error).message).toContain(why);
    expect(inspect(error)).not.toContain("hunter2");
  });

  it.each(["http://localhost:8200", "http://127.9.9.9", "http://[::1]:8200", "https://vault.example/proxy/"])(
    "may have the address %s",
    (given) => {
      expect(hashicorpVault({ address: given, path: "app", auth }).name).toBe(`Vault at ${given.replace(/\/$/, "")}`);
    },
  );
});
