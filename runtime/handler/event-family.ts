// Since May 2026 Kiket names an event of an issue `case.…` as well (facts 823, 880). Both names mean the same.

/** The other name of an event: `case.created` for `issue.created`, and the reverse. `never` if it has none. */
export type OtherName<Event extends string> = Event extends `issue.${infer Name}`
  ? `case.${Name}`
  : Event extends `case.${infer Name}`
    ? `issue.${Name}`
    : never;

/** The names with which an event may be sent to its handler: its own, and the other one of `issue.…` and `case.…`. */
export type SentAs<Event extends string> = Event | OtherName<Event>;

/** What an event of the family is about, which is also the name of the payload's member. */
export type FamilyWord = "issue" | "case";

const other: Readonly<Record<FamilyWord, FamilyWord>> = { issue: "case", case: "issue" };
const pattern = /^(issue|case)(\..+)$/s;

/** The part of an event's name that Kiket has renamed, and the word in its place. Undefined if the event is not of the family. */
export function familyOf(event: string): { readonly own: FamilyWord; readonly other: FamilyWord } | undefined {
  const own = pattern.exec(event)?.[1] as FamilyWord | undefined;
  return own === undefined ? undefined : { own, other: other[own] };
}

/** The other name of an event, or undefined if it has none. */
export function otherName(event: string): string | undefined {
  const family = familyOf(event);
  return family === undefined ? undefined : family.other + event.slice(family.own.length);
}

/** Whether two names are names of one event. */
export function isOneEvent(a: string, b: string): boolean {
  return a === b || otherName(a) === b;
}
