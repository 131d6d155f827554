import { type GaugeName, metricDefinitions, type Reading } from "./metric.js";

/**
 * One reading for each set of attributes, from those of several readers or processes: the sum of what each has for itself, the greatest
 * of what all tell the same.
 */
export function combineReadings<Name extends GaugeName>(
  name: Name,
  readings: readonly Reading<Name>[],
): readonly Reading<Name>[] {
  const isSummed = metricDefinitions[name].kind === "upDownCounter";
  const found = new Map<string, Reading<Name>>();
  for (const { value, attributes } of readings) {
    const key = JSON.stringify(attributes);
    const before = found.get(key)?.value;
    const both = before === undefined ? value : isSummed ? before + value : Math.max(before, value);
    found.set(key, { value: both, attributes });
  }
  return [...found.values()];
}
