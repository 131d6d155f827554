/** What RFC 9111 §1.2.2 makes of a number of seconds that is too large to count with. */
const mostSeconds = 2 ** 31;
const fiftyYears = 50 * 365.25 * 24 * 60 * 60_000;

/** `Sun, 06 Nov 1994 08:49:37 GMT` of the three forms of RFC 9110 §5.6.7; what is none of them comes back as it is. */
function toFixdate(text: string, now: number): string {
  const asctime = /^(\w{3}) (\w{3}) ([ \d]\d) (\d\d:\d\d:\d\d) (\d{4})$/.exec(text);
  if (asctime !== null) {
    const [, weekday, month, day = "", time, year] = asctime;
    return `${weekday}, ${day.replace(" ", "0")} ${month} ${year} ${time} GMT`;
  }
  const rfc850 = /^(\w{3})\w{0,3}day, (\d\d)-(\w{3})-(\d\d) (\d\d:\d\d:\d\d) GMT$/.exec(text);
  if (rfc850 === null) return text;
  const [, weekday, day, month, year, time] = rfc850;
  // More than 50 years ahead means the last century.
  const century = Date.parse(`${day} ${month} 20${year} ${time} GMT`) - now > fiftyYears ? 19 : 20;
  return `${weekday}, ${day} ${month} ${century}${year} ${time} GMT`;
}

/** Milliseconds since 1970. `Date.parse` alone takes nearly every text with a number in it for a date. */
function parseDate(text: string, now: number): number | undefined {
  const fixdate = toFixdate(text, now);
  const time = Date.parse(fixdate);
  return !Number.isNaN(time) && new Date(time).toUTCString() === fixdate ? time : undefined;
}

/**
 * Whole seconds from now, in milliseconds since 1970; undefined for anything but seconds and an HTTP date (RFC 9110 §10.2.3),
 * so that what cannot be read does not mean "at once".
 */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  const text = header?.trim() ?? "";
  if (/^\d+$/.test(text)) return Math.min(Number(text), mostSeconds);
  const date = parseDate(text, now);
  return date === undefined ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}
