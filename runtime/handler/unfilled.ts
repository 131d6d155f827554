import { notImplemented } from "./verdicts.js";

const names = "(?:notImplemented|notNormalized)\\d*";
/** As compilers and bundlers write it: `notImplemented2`, `event.notImplemented`, `(0, event.notImplemented)`. */
const callee = `(?:\\(0, ?[\\w$.]*\\b${names}\\)|[\\w$.]*\\b${names})`;
const call = `(?:(?:await|void) )?${callee} ?\\([^()]*\\)`;
const block = `\\{ ?(?:(?:return|throw) )?${call} ?;? ?\\}`;
const stub = new RegExp(
  `^(?:async )?(?:(?:\\([^()]*\\)|[\\w$]+) ?=> ?(?:${call}|\\( ?${call} ?\\)|${block})|function ?[\\w$]* ?\\([^()]*\\) ?${block})$`,
);

/** In characters. A stub is shorter, also with comments, and with blanks in place of its types. */
const longest = 2_000;

/**
 * Whether a function is the stub that the generator created, by its text and without a call. In a minified bundle the text does not tell:
 * then it counts as filled.
 */
export function isStub(handle: (...parameters: never[]) => unknown): boolean {
  if (handle === notImplemented) return true;
  const text = Function.prototype.toString.call(handle);
  // Most functions name neither. To compile the pattern for a stub takes a millisecond of each start.
  if (text.length > longest || !/not(?:Implemented|Normalized)/.test(text)) return false;
  return stub.test(
    text
      .replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, " ")
      .replace(/\s+/g, " ")
      .trim(),
  );
}
