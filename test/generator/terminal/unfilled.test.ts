import { describe, expect, it } from "vitest";
import { formatUnfilled, plain } from "../../../generator/terminal/report.js";
import { event, model } from "../model/model.js";

const events = Array.from({ length: 8 }, (_, index) => event(`desk.e${index}`));
const paths = events.map(({ name }) => `src/handlers/${name}.v1.ts`);

describe("the line about stubs that nobody has filled", () => {
  it("is empty if there are none", () => {
    expect(formatUnfilled([], model({ events }), plain)).toBe("");
  });

  it("names one, or a few", () => {
    expect(formatUnfilled(paths.slice(0, 1), model({ events }), plain)).toBe(
      "1 of 8 handlers is not filled: src/handlers/desk.e0.v1.ts (501 until it is filled)\n",
    );
    expect(formatUnfilled(paths.slice(0, 2), model({ events }), plain)).toBe(
      "2 of 8 handlers are not filled: src/handlers/desk.e0.v1.ts, src/handlers/desk.e1.v1.ts (501 until they are filled)\n",
    );
  });

  it("counts the rest of many", () => {
    const line = formatUnfilled(paths, model({ events }), plain);
    expect(line).toMatch(/^8 of 8 handlers are not filled: .*e4\.v1\.ts, and 3 more \(501 until they are filled\)\n$/);
  });

  it("speaks of normalisers in an adapter", () => {
    const adapter = { sourceSystem: "scales", evidenceTypes: [] };
    expect(formatUnfilled(["a.ts"], model({ events, adapter }), plain)).toBe(
      "1 of 8 normalisers is not filled: a.ts (events fail until it is filled)\n",
    );
  });
});
