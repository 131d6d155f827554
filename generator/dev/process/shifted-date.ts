/** The variable with the milliseconds that the clock of a program is ahead. */
export const clockVariable = "KIKET_GEN_CLOCK_AHEAD";

/**
 * Moves the `Date` of a program ahead, for all of its code: `Date.now()`, `new Date()` and `Date()`. Dates of a given time, classes that
 * extend it and `instanceof` are as before. Timers and `performance.now()` do not change.
 */
export function shiftDate(place: { Date: DateConstructor }, ahead: number): void {
  const own = place.Date;
  const ownNow = own.now;
  const now = (): number => ownNow() + ahead;
  Object.defineProperty(own, "now", { value: now, writable: true, configurable: true });
  const shifted = new Proxy(own, {
    // Without `new` it is the present time as text, whatever it is given.
    apply: () => new own(now()).toString(),
    construct: (target, given: unknown[], called) =>
      Reflect.construct(target, given.length === 0 ? [now()] : given, called) as Date,
  });
  Object.defineProperty(own.prototype, "constructor", { value: shifted, writable: true, configurable: true });
  place.Date = shifted;
}
