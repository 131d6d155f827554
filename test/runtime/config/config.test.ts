import { describe, expect, test } from "vitest";
import { requireBaseUrl } from "../../../runtime/api/base-url.js";
import { resolveConfig } from "../../../runtime/config/config.js";
import { ConfigError, createExtension, type ExtensionOptions } from "../../../runtime/index.js";
import { resolveAddress } from "../../../runtime/server/listen-address.js";
import { processSecret, secretVariables } from "../../../runtime/values/secrets.js";
import { createTestLogger } from "../../support/deliveries.js";

describe("baseUrl", () => {
  test.each([
    ["https://kiket.dev", "https://kiket.dev"],
    ["https://kiket.dev/", "https://kiket.dev"],
    ["https://api.kiket.dev/api/v1", "https://api.kiket.dev"],
    ["https://api.kiket.dev/api/v1//", "https://api.kiket.dev"],
    ["HTTPS://Kiket.Dev:443/tenant/?a=b#c", "https://kiket.dev/tenant"],
    ["http://127.0.0.1:8080", "http://127.0.0.1:8080"],
  ])("%s becomes %s", (text, expected) => {
    expect(requireBaseUrl("baseUrl", text)).toBe(expected);
  });

  test.each([["kiket.dev"], ["ftp://kiket.dev"], ["https://user:word@kiket.dev"], ["javascript:1"], ["https://"]])(
    "%s is refused, and not repeated",
    (baseUrl) => {
      expect(() => createExtension({ handlers: [], env: {}, baseUrl })).toThrow(
        new ConfigError("baseUrl (or KIKET_BASE_URL) must be an http or https URL without user name and password."),
      );
    },
  );

  test("option, environment, default", () => {
    const baseOf = (baseUrl: string | undefined, env: Record<string, string>) =>
      resolveConfig({ handlers: [], baseUrl, env }).baseUrl;
    expect(baseOf("http://a.test", { KIKET_BASE_URL: "http://b.test" })).toBe("http://a.test");
    expect(baseOf(undefined, { KIKET_BASE_URL: " http://b.test\n" })).toBe("http://b.test");
    expect(baseOf(undefined, { KIKET_BASE_URL: " " })).toBe("https://kiket.dev");
    expect(baseOf(undefined, {})).toBe("https://kiket.dev");
  });
});

test("a workspace token that is not a valid header value is refused, and not in the message", () => {
  for (const workspaceToken of ["two words", "tokén", "a\nb"]) {
    const make = () => createExtension({ handlers: [], env: {}, workspaceToken });
    expect(make).toThrow(
      new ConfigError("workspaceToken (or KIKET_WORKSPACE_TOKEN) must be printable ASCII without spaces."),
    );
  }
});

describe("the address to listen on", () => {
  test.each([
    [{ env: {} }, { port: 8000, host: "127.0.0.1" }],
    [{ env: { PORT: "9292", HOST: "0.0.0.0" } }, { port: 9292, host: "0.0.0.0" }],
    [
      { port: 0, host: "::1", env: { PORT: "9292", HOST: "0.0.0.0" } },
      { port: 0, host: "::1" },
    ],
    [{ env: { PORT: " ", HOST: "" } }, { port: 8000, host: "127.0.0.1" }],
    [
      { host: "", env: { HOST: "0.0.0.0" } },
      { port: 8000, host: "0.0.0.0" },
    ],
  ])("%j", (options, expected) => {
    expect(resolveAddress(options)).toEqual(expected);
  });

  test.each([["eighty"], ["-1"], ["65536"], ["80.5"]])("%s is not a port", (PORT) => {
    expect(() => resolveAddress({ env: { PORT } })).toThrow(
      new ConfigError("port (or PORT) must be a whole number from 0 to 65535."),
    );
  });
});

describe("KIKET_SECRET_ names", () => {
  test.each([
    ["api_key", "KIKET_SECRET_API_KEY"],
    ["example.apiKey", "KIKET_SECRET_EXAMPLE_APIKEY"],
    ["api-key", "KIKET_SECRET_API_KEY"],
    ["API_KEY", "KIKET_SECRET_API_KEY"],
    ["--x--", "KIKET_SECRET_X"],
    ["api.token", "KIKET_SECRET_API_TOKEN"],
    ["a..b__c", "KIKET_SECRET_A_B_C"],
    ["straße", "KIKET_SECRET_STRASSE"],
    ["clé 2", "KIKET_SECRET_CL_2"],
  ])("%j is read from %s", (key, variable) => {
    expect(secretVariables(key)).toEqual([variable, key]);
  });

  test.each(["ключ", ""])("%j has no variable", (key) => {
    expect(secretVariables(key)).toEqual([key]);
  });

  test("constructor, then prefixed name, then own name; an empty value is ignored", () => {
    const env = { KIKET_SECRET_API_KEY: "prefixed", api_key: "own", KIKET_SECRET_TOKEN: "", token: "own", blank: "" };
    const read = (key: string, given = {}) => processSecret({ given, env }, key);
    expect(read("api_key", { api_key: "constructor" })).toBe("constructor");
    expect(read("api_key", { api_key: "" })).toBe("prefixed");
    expect(read("api_key")).toBe("prefixed");
    expect(read("token")).toBe("own");
    expect(read("blank")).toBeUndefined();
    expect(read("constructor")).toBeUndefined();
    expect(read("__proto__")).toBeUndefined();
  });
});

test("a blank workspace token is ignored", () => {
  const tokenOf = (workspaceToken: string | undefined, env: Record<string, string>) =>
    resolveConfig({ handlers: [], workspaceToken, env }).workspaceTokens.live()[0];
  expect(tokenOf("option", { KIKET_WORKSPACE_TOKEN: "environment" })).toBe("option");
  expect(tokenOf(" ", { KIKET_WORKSPACE_TOKEN: " environment\n" })).toBe("environment");
  expect(tokenOf(undefined, { KIKET_WORKSPACE_TOKEN: "" })).toBeUndefined();
});

describe("values that the manifest requires", () => {
  const required: Omit<ExtensionOptions, "handlers"> = {
    secretDefinitions: {
      "api.token": { required: "extension.yaml:12" },
      OTHER: {},
    },
    settingDefinitions: {
      REGION: { type: "string", required: "extension.yaml:20" },
      LIMIT: { type: "integer", required: "extension.yaml:24", defaultFrom: "DEFAULT_LIMIT" },
      GREETING: { type: "string", required: "extension.yaml:28", default: "Hello" },
      FREE: { type: "string" },
    },
  };
  const make = (over: Omit<ExtensionOptions, "handlers">) => {
    const logger = createTestLogger();
    createExtension({ handlers: [], logger, env: {}, ...required, ...over });
    return logger.lines;
  };

  test("missing ones are reported together, with their places", () => {
    expect(make({})).toEqual([
      {
        level: "warn",
        message:
          "Required by the manifest but not set in this process; each delivery must supply it: " +
          "extension.yaml:12: secret api.token (set KIKET_SECRET_API_TOKEN or api.token); " +
          "extension.yaml:20: setting REGION (set REGION); " +
          "extension.yaml:24: setting LIMIT (set LIMIT or DEFAULT_LIMIT)",
        fields: {
          missing: [
            {
              kind: "secret",
              key: "api.token",
              at: "extension.yaml:12",
              variables: ["KIKET_SECRET_API_TOKEN", "api.token"],
            },
            { kind: "setting", key: "REGION", at: "extension.yaml:20", variables: ["REGION"] },
            { kind: "setting", key: "LIMIT", at: "extension.yaml:24", variables: ["LIMIT", "DEFAULT_LIMIT"] },
          ],
        },
      },
    ]);
  });

  test("with requireAtStart, missing ones are an error", () => {
    expect(() => make({ requireAtStart: true, env: { REGION: "eu" } })).toThrow(
      new ConfigError(
        "Required by the manifest but not set:\n" +
          "  extension.yaml:12: secret api.token (set KIKET_SECRET_API_TOKEN or api.token)\n" +
          "  extension.yaml:24: setting LIMIT (set LIMIT or DEFAULT_LIMIT)",
      ),
    );
  });

  test.each<readonly [string, Omit<ExtensionOptions, "handlers">]>([
    ["the environment", { env: { KIKET_SECRET_API_TOKEN: "t", REGION: "eu", LIMIT: "3" } }],
    ["the environment, by other names", { env: { "api.token": "t", REGION: "eu", DEFAULT_LIMIT: "3" } }],
    ["the constructor", { secrets: { "api.token": "t" }, settings: { REGION: "eu", LIMIT: 3 } }],
  ])("not reported if set by %s", (_what, over) => {
    expect(make({ ...over, requireAtStart: true })).toEqual([]);
  });

  test("empty values, and values of the wrong type, are ignored", () => {
    const lines = make({ env: { KIKET_SECRET_API_TOKEN: "", REGION: "", LIMIT: "many", DEFAULT_LIMIT: "few" } });
    expect(lines.map(({ message }) => message)).toEqual([
      "Setting LIMIT ignored: not a valid integer",
      "Setting LIMIT ignored: not a valid integer",
      expect.stringContaining("secret api.token"),
    ]);
    expect(lines.at(-1)?.fields).toMatchObject({
      missing: [{ key: "api.token" }, { key: "REGION" }, { key: "LIMIT" }],
    });
  });
});
