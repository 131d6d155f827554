import { describe, expect, it } from "vitest";
import { slipOf } from "../../../generator/base/did-you-mean.js";

const known = new Set(["issue.created", "issue.assigned", "issue.transitioned", "case.created", "workflow.sla_breach"]);

describe("slipOf", () => {
  it.each([
    ["issue.creatd", "issue.created"],
    ["isue.created", "issue.created"],
    ["issue.craeted", "issue.created"],
    ["Issue.Created", "issue.created"],
    ["issue_created", "issue.created"],
    ["issues.created", "issue.created"],
    ["issue.create", "issue.created"],
    ["issue.transitionned", "issue.transitioned"],
    ["issue.trasitoned", "issue.transitioned"],
    ["workflow.sla-breach", "workflow.sla_breach"],
    ["csae.created", "case.created"],
  ])("%s was meant to be %s", (name, intended) => {
    expect(slipOf(name, known)).toBe(intended);
  });

  it.each([
    "issue.created",
    "issue.unassigned",
    "issue.closed",
    "issue.deleted",
    "task.created",
    "card.created",
    "issue.created.again",
    "workflow.sla_status",
    "x",
    `issue.${"created".repeat(20)}`,
  ])("%s is a name of its own", (name) => {
    expect(slipOf(name, known)).toBeUndefined();
  });
});
