import { expect, it } from "vitest";
import { requestedContent } from "../../../runtime/dev/requested-content.js";

const project = {
  kind: "extension",
  name: "boats",
  events: [{ name: "boat.docked", version: "v1", sample: {}, confidence: "none" }],
  scopes: [],
  secrets: ["A", "B"],
  seed: {},
} as const;

it.each([
  [{}, { A: "kept a", B: "kept b" }],
  [{ secrets: { A: "mine" } }, { A: "mine" }],
  [
    { secrets: { A: "mine" }, keptSecrets: ["B"] },
    { A: "mine", B: "kept b" },
  ],
  [
    { secrets: { A: "mine" }, keptSecrets: ["A", "B"] },
    { A: "mine", B: "kept b" },
  ],
  [{ keptSecrets: [] }, {}],
  [{ keptSecrets: ["B", "toString", "gone"] }, { B: "kept b" }],
])("a request with %j has the secrets %j", (request, secrets) => {
  const stored = { A: "kept a", B: "kept b" };
  expect(requestedContent(project, { event: "boat.docked", ...request }, stored, 0).secrets).toEqual(secrets);
});
