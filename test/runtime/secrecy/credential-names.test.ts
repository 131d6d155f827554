import { describe, expect, test } from "vitest";
import { isCredentialName, withoutCredentials } from "../../../runtime/secrecy/credential-names.js";

describe("names of credentials", () => {
  test.each([
    "token",
    "access_token",
    "accessToken",
    "refresh_token",
    "id_token",
    "X-Mailjet-Token",
    "authtoken",
    "client_secret",
    "password",
    "SMTP_PASSWORD",
    "api_key",
    "X-Api-Key",
    "apiKey",
    "MAILJET_SECRET_KEY",
    "Authorization",
    "proxy-authorization",
    "Cookie",
    "Set-Cookie",
    "X-Kiket-Signature",
    "X-Hub-Signature-256",
    "X-Signature-Ed25519",
    "sig",
  ])("%s is one", (name) => {
    expect(isCredentialName(name)).toBe(true);
  });

  test.each([
    "token_type",
    "expires_at",
    "secret_status",
    "max_tokens",
    "key",
    "issue_key",
    "code",
    "author",
    "design",
  ])("%s is not one", (name) => {
    expect(isCredentialName(name)).toBe(false);
  });
});

describe("what is replaced", () => {
  test.each<readonly [string, unknown, unknown, readonly string[]]>([
    ["a member", { access_token: "abc", user_id: 9 }, { access_token: "[redacted]", user_id: 9 }, ["abc"]],
    [
      "all below one",
      { cookies: { a: ["x", 7, true, null] } },
      { cookies: { a: ["[redacted]", "[redacted]", true, null] } },
      ["x", "7"],
    ],
    [
      "nothing that says whether",
      { password: null, token: "", has_token: false },
      { password: null, token: "", has_token: false },
      [],
    ],
    [
      "pairs",
      {
        headers: [
          { Name: "Authorization", Value: "Basic YWxhZGRpbjpzZXNhbWU=" },
          { key: "Via", value: "x" },
        ],
      },
      {
        headers: [
          { Name: "Authorization", Value: "[redacted]" },
          { key: "Via", value: "x" },
        ],
      },
      ["Basic YWxhZGRpbjpzZXNhbWU=", "YWxhZGRpbjpzZXNhbWU"],
    ],
    [
      "parameters",
      { query_params: { key: "k1", page: "2" }, key: "ORC-1" },
      { query_params: { key: "[redacted]", page: "2" }, key: "ORC-1" },
      ["k1"],
    ],
    [
      "an address",
      "see https://me:pass@vendor.test/a?page=2&access_token=a%2Bb&code=c#x",
      "see https://me:[redacted]@vendor.test/a?page=2&access_token=[redacted]&code=[redacted]#x",
      ["pass", "a+b", "a%2Bb", "c"],
    ],
    [
      "the extension's public address",
      "https://kiket.dev/webhooks/ext/wh_sample/status_callback?x=1",
      "https://kiket.dev/webhooks/ext/[redacted]/status_callback?x=1",
      ["wh_sample"],
    ],
    ["a form", "token=t1&text=a+b", "token=[redacted]&text=a+b", ["t1"]],
    ["JSON in a text", '{ "token": "t1", "a": 1 }', '{"token":"[redacted]","a":1}', ["t1"]],
    ["no JSON without one", '{ "a":  "b" }', '{ "a":  "b" }', []],
    ["JSON in JSON", '{"Headers":"{\\"Cookie\\":\\"c1\\"}"}', '{"Headers":"{\\"Cookie\\":\\"[redacted]\\"}"}', ["c1"]],
  ])("%s", (_what, value, safe, credentials) => {
    expect(withoutCredentials(value)).toEqual({ safe, credentials });
  });

  test("credentials of the payload come before those inside strings", () => {
    const { credentials } = withoutCredentials({ body: '{"token":"theirs"}', access_token: "own" });
    expect(credentials).toEqual(["own", "theirs"]);
  });

  test("very deep nesting in a string does not end the process", () => {
    const text = `${"[".repeat(300_000)}${"]".repeat(300_000)}`;
    expect(withoutCredentials(text)).toEqual({
      safe: `${"[".repeat(200)}"[redacted]"${"]".repeat(200)}`,
      credentials: [],
    });
  });
});
