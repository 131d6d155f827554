/** What a stub calls until it is filled: a handler's, and a normaliser's. */
export const stubCalls: readonly string[] = ["notImplemented", "notNormalized"];

const mention = new RegExp(stubCalls.join("|"));

/** A text that may be that of a stub; empty for every other text. Two texts with the same mark are both stubs, or both none. */
export function stubMark(text: string): string {
  return mention.test(text) ? text : "";
}
