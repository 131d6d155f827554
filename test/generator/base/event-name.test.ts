import { describe, expect, it } from "vitest";
import { checkedName } from "../../../generator/add/check-name.js";
import { isEventName } from "../../../generator/base/event-name.js";
import { readSchemaFolder } from "../../../generator/contracts/schemas/read-folder.js";

/** Whether the name of a schema file is accepted as the name of an event. */
function isFileName(event: string): boolean {
  const { events } = readSchemaFolder("own", [{ path: `own/${event}.v1.schema.json`, text: "{}" }], []);
  return events[0]?.event === event;
}

function isAdded(event: string): boolean {
  try {
    return checkedName("event", event, "event") === event;
  } catch {
    return false;
  }
}

describe("an event's name", () => {
  it.each([
    ["issue.created", true],
    ["transition_requested", true],
    ["2fa.enabled", true],
    ["a._b", true],
    ["a.-b", true],
    ["__proto__", true],
    ["a".repeat(200), true],
    ["a".repeat(201), false],
    ["", false],
    ["a..b", false],
    [".a", false],
    ["a.", false],
    ["a b", false],
    ["a:b", false],
    ["\u00e9t\u00e9", false],
  ])("%j: %j, for add, rename and schema files alike", (name, expected) => {
    expect([isEventName(name), isAdded(name), isFileName(name)]).toEqual([expected, expected, expected]);
  });
});
