import { describe, expect, test } from "vitest";
import type { HandlerContext } from "../../../../runtime/index.js";
import { openCalls } from "../../../support/context-calls.js";

const { run, sent } = await openCalls();

describe("which project", () => {
  const list = ({ endpoints }: HandlerContext) => endpoints.slaEvents().list();
  const empty = [{ status: 200, body: { data: [] } }];

  test.each([
    ["the token's", {}, { project_id: 5 }, "33"],
    ["the payload's project_id", { proj_id: null }, { project_id: "p5", project: { id: 6 } }, "p5"],
    ["the payload's project", { proj_id: null }, { project: { id: 6 }, issue: { project_id: 7 } }, "6"],
    ["the issue's", { proj_id: null }, { issue: { project_id: 7 } }, "7"],
    ["the case's", { proj_id: null }, { case: { project_id: 8 } }, "8"],
    ["the payload's, where the token's is empty", { proj_id: "" }, { project_id: 27 }, "27"],
  ])("%s", async (_what, claims, payload, expected) => {
    await run(list, empty, {}, { claims, payload });
    expect(sent()).toEqual([["GET", `/api/v1/ext/sla/events?project_id=${expected}`, null]]);
  });

  test("none: a clear error, and no call", async () => {
    const nowhere = { claims: { proj_id: null }, payload: { project: null, issue: "7" } };
    for (const use of [
      list,
      ({ customData }: HandlerContext) => customData(),
      ({ endpoints }: HandlerContext) => endpoints.customData(),
      ({ endpoints }: HandlerContext) => endpoints.slaEvents(""),
    ]) {
      await expect(run<unknown>(use, [], {}, nowhere)).rejects.toThrow("This call needs a project: pass its id");
    }
    expect(sent()).toEqual([]);
  });
});
