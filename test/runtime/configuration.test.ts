import { describe, expect, test } from "vitest";
import { normalizeBaseUrl, resolveAddress, resolveConfig } from "../../runtime/config.js";
import { ConfigError, createExtension } from "../../runtime/index.js";

describe("baseUrl", () => {
  test.each([
    ["https://kiket.dev", "https://kiket.dev"],
    ["https://kiket.dev/", "https://kiket.dev"],
    ["https://api.kiket.dev/api/v1", "https://api.kiket.dev"],
    ["https://api.kiket.dev/api/v1//", "https://api.kiket.dev"],
    ["HTTPS://Kiket.Dev:443/tenant/?a=b#c", "https://kiket.dev/tenant"],
    ["http://127.0.0.1:8080", "http://127.0.0.1:8080"],
  ])("%s is taken as %s", (text, expected) => {
    expect(normalizeBaseUrl(text)).toBe(expected);
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

test("a workspace token that is no header value is refused, and not repeated", () => {
  for (const workspaceToken of ["two words", "tokén", "a\nb"]) {
    const make = () => createExtension({ handlers: [], env: {}, workspaceToken });
    expect(make).toThrow(
      new ConfigError("workspaceToken (or KIKET_WORKSPACE_TOKEN) must be printable ASCII without spaces."),
    );
  }
});

describe("where to listen", () => {
  test.each([
    [{ env: {} }, { port: 8000, host: "127.0.0.1" }],
    [{ env: { PORT: "9292", HOST: "0.0.0.0" } }, { port: 9292, host: "0.0.0.0" }],
    [
      { port: 0, host: "::1", env: { PORT: "9292", HOST: "0.0.0.0" } },
      { port: 0, host: "::1" },
    ],
    [{ env: { PORT: " ", HOST: "" } }, { port: 8000, host: "127.0.0.1" }],
  ])("%j", (options, expected) => {
    expect(resolveAddress(options)).toEqual(expected);
  });

  test.each([["eighty"], ["-1"], ["65536"], ["80.5"]])("%s is no port", (PORT) => {
    expect(() => resolveAddress({ env: { PORT } })).toThrow(
      new ConfigError("port (or PORT) must be a whole number from 0 to 65535."),
    );
  });
});
