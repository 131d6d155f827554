import { expect, it } from "vitest";
import { createTickets } from "../../../../runtime/platform/inspector/tickets.js";

it("is good once, and for a minute", () => {
  let time = 0;
  const { issue, take } = createTickets(() => time);
  const [first, second, third] = [issue(), issue(), issue()];
  expect(first).toMatch(/^[0-9a-f]{32}$/);
  expect(new Set([first, second, third]).size).toBe(3);
  expect([take(first), take(first), take(""), take("0".repeat(32))]).toEqual([true, false, false, false]);
  time = 60_000;
  expect(take(second)).toBe(true);
  time = 60_001;
  expect(take(third)).toBe(false);
});

it("is forgotten when many others follow", () => {
  const { issue, take } = createTickets(() => 0);
  const tickets = Array.from({ length: 17 }, issue);
  expect(tickets.map(take).map(Number).join("")).toBe("01111111111111111");
});
