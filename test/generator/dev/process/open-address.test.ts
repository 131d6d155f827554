import { expect, it } from "vitest";
import { openAddress } from "../../../../generator/dev/process/open-address.js";

it.each([
  ["with the token, which other users would see among the arguments", `http://127.0.0.1:4848/#token=${"a".repeat(32)}`],
  ["of another machine", `http://192.0.2.1:4848/#ticket=${"a".repeat(32)}`],
  ["of a file", "file:///etc/passwd"],
  ["that is an option", "--help"],
])("opens no address %s", async (_which, address) => {
  expect(await openAddress(address, process.platform, {})).toBe(false);
});
