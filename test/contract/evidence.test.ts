import { expect, it } from "vitest";
import { confidences } from "../../generator/contracts/event-catalog.js";
import { formatEvent } from "../../generator/terminal/event-list.js";
import { plain } from "../../generator/terminal/report.js";
import { evidenceWords } from "../../runtime/platform/inspector/page/state/send/evidence.js";

it.each(confidences)("the page and the terminal have the same words for the grade %s", (confidence) => {
  const event = { name: "a", version: "v1", description: "", confidence, sample: {} };
  expect(formatEvent(event, [], plain)).toContain(`${confidence}: ${evidenceWords(confidence)}\n`);
});
