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
    "otp",
    "totp",
    "OTP",
    "otpCode",
    "one_time_code",
    "mfa_code",
    "verification_code",
    "pin",
    "PIN",
    "card_pin",
    "userPin",
    "passcode",
    "bearer",
    "X-Auth",
    "X-Auth-Key",
    "Proxy-Auth",
    "basic_auth",
    "credentials",
    "credential",
    "privateKey",
    "encryption_key",
    "Ocp-Apim-Subscription-Key",
    "connectionString",
    "recovery_codes",
    "smtp_pass",
    "cvv",
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
    "shipping",
    "pinned",
    "pincode",
    "map_pin",
    "spin",
    "opinion",
    "laptop",
    "authenticated",
    "authentication",
    "has_auth_error",
    "bearer_of_news",
    "credential_type",
    "private_key_id",
    "public_key",
    "primary_key",
    "foreign_key",
    "idempotency_key",
    "project_key",
    "status_code",
    "country_code",
    "postal_code",
    "passes",
    "bypass",
    "compass",
    "signatures_required",
    "tokens_used",
    "secretary",
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
      ["x"],
    ],
    [
      "all of credentials, but a short number only in its place",
      { credentials: { type: "basic", value: "s3cr3t" }, pin: 12, otp: "4711", position: 12 },
      { credentials: { type: "[redacted]", value: "[redacted]" }, pin: "[redacted]", otp: "[redacted]", position: 12 },
      ["basic", "s3cr3t", "4711"],
    ],
    [
      "pairs in lists",
      {
        headers: [
          ["X-Auth", "abc"],
          ["Via", "x"],
        ],
        fields: ["password", "email"],
        names: [["password"]],
      },
      {
        headers: [
          ["X-Auth", "[redacted]"],
          ["Via", "x"],
        ],
        fields: ["password", "email"],
        names: [["password"]],
      },
      ["abc"],
    ],
    [
      "pairs of other names",
      [
        { header: "X-Auth", value: "abc" },
        { field: "otp", value: 123456 },
        { name: "pinboard", value: "x" },
      ],
      [
        { header: "X-Auth", value: "[redacted]" },
        { field: "otp", value: "[redacted]" },
        { name: "pinboard", value: "x" },
      ],
      ["abc", "123456"],
    ],
    [
      "JSON in base64",
      { data: btoa('{"token":"t1","a":[1]}'), id: btoa('{"a":"b","c":1}'), word: "eyelashes-and-more" },
      { data: btoa('{"token":"[redacted]","a":[1]}'), id: btoa('{"a":"b","c":1}'), word: "eyelashes-and-more" },
      ["t1"],
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
