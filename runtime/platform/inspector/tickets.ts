import { randomBytes } from "node:crypto";

/** How long a browser may take to open a page. In milliseconds. */
const longestWait = 60_000;

/** More of them at once are a mistake. */
const mostTickets = 16;

/** What a page may change for the token, once. Other users of the machine see the address that a browser is started with, but too late. */
export interface Tickets {
  /** A new ticket: 128 bits in hex. */
  issue(): string;
  /** Whether it is one of a minute at most that nobody has taken before. */
  take(ticket: string): boolean;
}

/** `now`: in milliseconds. */
export function createTickets(now: () => number): Tickets {
  const ends = new Map<string, number>();
  return {
    issue() {
      const ticket = randomBytes(16).toString("hex");
      const [oldest] = ends.keys();
      if (ends.size >= mostTickets && oldest !== undefined) ends.delete(oldest);
      ends.set(ticket, now() + longestWait);
      return ticket;
    },
    take(ticket) {
      const end = ends.get(ticket);
      ends.delete(ticket);
      return end !== undefined && now() <= end;
    },
  };
}
