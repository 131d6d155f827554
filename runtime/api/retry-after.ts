/** The value for a number of seconds that is too large (RFC 9111, section 1.2.2). */
const mostSeconds = 2 ** 31;
const fiftyYears = 50 * 365.25 * 24 * 60 * 60_000;

/**
 * Converts the three forms of an HTTP date (RFC 9110, section 5.6.7) to the first, `Sun, 06 Nov 1994 08:49:37 GMT`. Other texts
 * are returned unchanged.
 */
function toFixdate(text: string, now: number): string {
  const asctime = /^(\w{3}) (\w{3}) ([ \d]\d) (\d\d:\d\d:\d\d) (\d{4})$/.exec(text);
  if (asctime !== null) {
    const [, weekday, month, day = "", time, year] = asctime;
    return `${weekday}, ${day.replace(" ", "0")} ${month} ${year} ${time} GMT`;
  }
  const rfc850 = /^(\w{3})\w{0,3}day, (\d\d)-(\w{3})-(\d\d) (\d\d:\d\d:\d\d) GMT$/.exec(text);
  if (rfc850 === null) return text;
  const [, weekday, day, month, year, time] = rfc850;
  // A date more than 50 years in the future means the last century.
  const century = Date.parse(`${day} ${month} 20${year} ${time} GMT`) - now > fiftyYears ? 19 : 20;
  return `${weekday}, ${day} ${month} ${century}${year} ${time} GMT`;
}

/** Milliseconds since 1970. `Date.parse` alone accepts nearly every text that contains a number. */
function parseDate(text: string, now: number): number | undefined {
  const fixdate = toFixdate(text, now);
  const time = Date.parse(fixdate);
  return !Number.isNaN(time) && new Date(time).toUTCString() === fixdate ? time : undefined;
}

/**
 * The seconds to wait, from a number of seconds or an HTTP date (RFC 9110, section 10.2.3). Undefined for anything else, so that a
 * header that cannot be read does not mean "at once".
 * @param now Milliseconds since 1970.
 */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  const text = header?.trim() ?? "";
  if (/^\d+$/.test(text)) return Math.min(Number(text), mostSeconds);
  const date = parseDate(text, now);
  return date === undefined ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}
