import { windowsObjection } from "../../base/file-name.js";

/** In characters. */
const longestName = 80;

/** Why a test cannot have this name, in a sentence without a full stop; undefined if it can. */
export function nameObjection(name: string): string | undefined {
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name)) {
    return "the name of a test has words of a-z and 0-9, with one hyphen between two";
  }
  if (name.length > longestName) return `the name of a test has ${longestName} characters at most`;
  return windowsObjection(name);
}

/** A name from the event, with the first number that gives one which is free: `issue-created-1`. */
export function suggestedName(event: string, isTaken: (name: string) => boolean): string {
  const words = event.toLowerCase().match(/[a-z0-9]+/g) ?? ["delivery"];
  const start = words.join("-").slice(0, 60).replace(/-$/, "");
  let number = 1;
  while (isTaken(`${start}-${number}`)) number += 1;
  return `${start}-${number}`;
}
