import { describe, expect, it } from "vitest";
import type { PayloadProblem } from "../../../../../runtime/platform/inspector/backend.js";
import {
  comparisonLine,
  differenceWords,
} from "../../../../../runtime/platform/inspector/page/state/details/difference-words.js";
import { placesIn } from "../../../../../runtime/platform/inspector/page/state/details/payload-places.js";

const problem = (kind: PayloadProblem["kind"], path: string, message = "is wrong"): PayloadProblem => ({
  kind,
  path,
  message,
});

/** The text at each place. */
function found(body: string, payload: object, ...problems: PayloadProblem[]) {
  return placesIn(body, payload as never, problems).map(
    (place) => place && `${place.offset} ${body.slice(place.offset, place.offset + place.length)}`,
  );
}

describe("the place of a problem in a body", () => {
  const payload = { issue: { titel: "a", labels: ["x", 5], "a.b": { c: 1 } }, extra: 1 };
  const body = JSON.stringify({ event: "issue.created", ...payload });

  it("is the name of the member, or the bracket of the object that lacks it", () => {
    expect(
      found(
        body,
        payload,
        problem("unknown", "extra"),
        problem("missing", "issue.title"),
        problem("wrong", "issue.labels.1"),
        problem("missing", "project"),
        problem("wrong", ""),
      ),
    ).toEqual([
      `${body.indexOf('"extra"')} "extra"`,
      `${body.indexOf('{"titel"')} {`,
      `${body.indexOf("5]")} 5`,
      "0 {",
      "0 {",
    ]);
  });

  it("is found by names with dots, and innermost where a path leads nowhere", () => {
    const [dotted, gone, item] = found(
      body,
      payload,
      problem("wrong", "issue.a.b.c"),
      problem("wrong", "issue.gone.deeper"),
      problem("wrong", "issue.labels.7"),
    );
    expect(dotted).toBe(`${body.indexOf('"c"')} "c"`);
    expect(gone).toBe(`${body.indexOf('"issue":')} "issue"`);
    expect(item).toBe(`${body.indexOf('"labels"')} "labels"`);
  });

  it("is in the member of a webhook that has the payload", () => {
    const webhook = JSON.stringify({ id: "evt_1", type: "issue.created", data: payload });
    expect(found(webhook, payload, problem("unknown", "extra"), problem("missing", "project"))).toEqual([
      `${webhook.indexOf('"extra"')} "extra"`,
      `${webhook.indexOf('{"issue"')} {`,
    ]);
  });

  it("is not looked for in a text that is very long or no JSON", () => {
    expect(found("no", {}, problem("wrong", "a"))).toEqual(["0 no"].map(() => undefined));
    const long = JSON.stringify({ a: "x".repeat(500_000), b: 1 });
    expect(found(long, { b: 1 }, problem("wrong", "b"))).toEqual([undefined]);
  });
});

it("says how a payload differs", () => {
  expect(differenceWords(problem("missing", "issue.title", "is required"))).toBe("title is required");
  expect(differenceWords(problem("unknown", "extra"))).toBe("not in the schema");
  expect(differenceWords(problem("wrong", "size", "must be >= 3"))).toBe("must be >= 3");
  const event = { event: "issue.created", version: "v1" };
  const line = (hasSchema: boolean, count: number) =>
    comparisonLine(event, { hasSchema, problems: Array(count).fill(problem("wrong", "a")) });
  expect(line(false, 0)).toBe(
    "There is no schema of issue.created v1 in this project, so the payload is compared with nothing.",
  );
  expect(line(true, 0)).toBe("Every member is as in the schema of issue.created v1.");
  expect(line(true, 1)).toBe("1 member differs from the schema of issue.created v1:");
  expect(line(true, 2)).toBe("2 members differ from the schema of issue.created v1:");
  expect(line(true, 100)).toBe("At least 100 members differ from the schema of issue.created v1:");
});
