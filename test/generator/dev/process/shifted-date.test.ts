import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { shiftDate } from "../../../../generator/dev/process/shifted-date.js";

const hour = 3_600_000;

/** Looks at a `Date` that is two hours ahead. */
function realm<T>(look: (D: DateConstructor) => T): T {
  const place = { Date: runInNewContext("Date") as DateConstructor };
  shiftDate(place, 2 * hour);
  return look(place.Date);
}

it("moves the present time ahead, in each way to ask for it", () => {
  const since = Date.now() + 2 * hour;
  const times = realm((D) => [
    D.now(),
    new D().getTime(),
    D.parse(D()),
    new (new D().constructor as DateConstructor)().getTime(),
  ]);
  const until = Date.now() + 2 * hour;
  // Without `new` there are no milliseconds.
  expect(times.every((time) => time >= since - 1000 && time <= until)).toBe(true);
});

it("leaves times that are given as they are", () => {
  expect(
    realm((D) => [new D(0).getTime(), new D("2026-01-02T03:04:05Z").getTime(), new D(2026, 0).getFullYear()]),
  ).toEqual([0, Date.UTC(2026, 0, 2, 3, 4, 5), 2026]);
  expect(realm((D) => [D.UTC(2026, 0), D.parse("2026-01-01T00:00:00Z"), new D(new D(7)).getTime()])).toEqual([
    Date.UTC(2026, 0),
    Date.UTC(2026, 0),
    7,
  ]);
  expect(realm((D) => Number.isNaN(new D(undefined as never).getTime()))).toBe(true);
});

it("keeps names, instances and classes that extend it", () => {
  realm((D) => {
    class Deadline extends D {
      readonly isDeadline = true;
    }
    const deadline = new Deadline();
    expect([deadline instanceof D, deadline instanceof Deadline, deadline.isDeadline]).toEqual([true, true, true]);
    expect(deadline.getTime() >= Date.now() + hour).toBe(true);
    expect([new Deadline(5).getTime(), Deadline.UTC(1970)]).toEqual([5, 0]);
    expect([D.name, D.length, new D().constructor === D, Object.keys(D)]).toEqual(["Date", 7, true, []]);
    expect(Object.prototype.toString.call(new D())).toBe("[object Date]");
  });
});
