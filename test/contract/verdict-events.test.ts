import { expect, it } from "vitest";
import { catalog } from "../../generator/contracts/catalog.gen.js";
import { verdictEvents } from "../../runtime/handler/deferral.js";

it("the runtime and the schemas name the same events whose verdict Kiket waits for", () => {
  const decided = Object.values(catalog.events).filter(({ answer }) => answer === "verdict");
  expect(decided.map(({ name }) => name)).toEqual(["before_transition", "workflow.before_transition"]);
  expect([...verdictEvents].sort()).toEqual(decided.map(({ name }) => name));
});
