import { expect, it } from "vitest";
import { otherName } from "../../generator/base/event-family.js";
import { catalog } from "../../generator/contracts/catalog.gen.js";
import { otherName as otherNameAtRunTime } from "../../runtime/handler/event-family.js";

it.each([
  ["issue.created", "case.created"],
  ["case.created", "issue.created"],
  ["issue.a.b\n", "case.a.b\n"],
  ["issue.", undefined],
  ["issue", undefined],
  ["issues.created", undefined],
  ["issue_created", undefined],
  ["Issue.created", undefined],
  ["workflow.issue.transitioned", undefined],
  ["__proto__", undefined],
  ["", undefined],
])("generator and runtime agree on the other name of %j: %j", (event, expected) => {
  expect([otherName(event), otherNameAtRunTime(event)]).toEqual([expected, expected]);
});

it("every documented event of an issue has one of a case, which requires the same of a payload", () => {
  const family = Object.values(catalog.events).filter(({ name }) => name.startsWith("issue."));
  expect(family.map(({ name }) => name)).toEqual(
    ["assigned", "closed", "commented", "created", "status_changed", "transitioned", "updated"].map(
      (name) => `issue.${name}`,
    ),
  );
  for (const { name, version, required } of family) {
    const other = catalog.events[`${otherName(name)}@${version}`];
    expect(other?.required, name).toEqual(required.map((path) => path.replace(/^issue\b/, "case")));
  }
});
