import { expect, test } from "vitest";
import { keptFiles } from "../../generator/dev/state-folder.js";
import { deliveryFile } from "../../runtime/dev/kept/delivery-file.js";
import { platformFile } from "../../runtime/dev/local-platform.js";

test("the command knows what the local Kiket keeps by the names that the local Kiket uses", () => {
  expect(Object.values(keptFiles)).toEqual([platformFile, deliveryFile]);
});
