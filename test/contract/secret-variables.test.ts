import { expect, it } from "vitest";
import { variablesOfSecret } from "../../generator/base/secret-variables.js";
import { secretVariables } from "../../runtime/values/secrets.js";

it.each([
  ["API_TOKEN", ["KIKET_SECRET_API_TOKEN", "API_TOKEN"]],
  ["api.token", ["KIKET_SECRET_API_TOKEN", "api.token"]],
  ["-key-", ["KIKET_SECRET_KEY", "-key-"]],
  ["ключ", ["ключ"]],
])("generator and runtime look for the secret %s in the same variables", (key, expected) => {
  expect(variablesOfSecret(key)).toEqual(expected);
  expect(secretVariables(key)).toEqual(expected);
});
