import type { DeliveryRecord } from "kiket-gen/dev";
import { jsonText } from "../../base/invisible-characters.js";
import type { Host } from "../../project/host.js";
import { readTexts } from "../../terminal/excerpt.js";
import type { Style } from "../../terminal/report.js";
import { describeDelivery, shownTime } from "../delivery-line.js";
import { type DevWord, deliveryWord } from "./dev-word.js";
import { linesOfWord, placeOfWord } from "./line-of-word.js";

/** Tells what happens, in the order in which it is told. */
export interface Teller {
  word(word: DevWord): void;
  /** The last attempt of a delivery. */
  delivery(record: DeliveryRecord): void;
  /** Text for a person, such as help. Not told to programs. */
  say(text: string): void;
  /** Resolves when all is written. */
  written(): Promise<void>;
}

/** Where the words go. */
export interface TellerParts {
  readonly out: (text: string) => void;
  readonly style: Style;
  readonly host: Pick<Host, "read" | "place">;
  /** The project's folder, absolute and without links in its path. */
  readonly folder: string;
  readonly time: () => number;
}

/** One JSON object a line. */
export function createJsonTeller(out: (text: string) => void): Teller {
  const write = (word: DevWord) => out(`${jsonText(word)}\n`);
  return {
    word: write,
    delivery: (record) => write(deliveryWord(record)),
    say: () => {},
    written: async () => {},
  };
}

/** Lines for people. Each begins with the time; those that belong to it are indented. */
export function createTextTeller({ out, style, host, folder, time }: TellerParts): Teller {
  let last: Promise<void> = Promise.resolve();
  // Reading a line of source takes a moment, and what is told later comes later.
  const inOrder = (text: () => string | Promise<string>) => {
    last = last.then(async () => out(`${await text()}\n`)).catch(() => {});
  };
  const stamped = (lines: readonly string[], at: number) =>
    lines.map((line, index) => (index === 0 ? `${style.dim(shownTime(at))}  ${line}` : `    ${line}`)).join("\n");
  return {
    word(word) {
      const at = time();
      inOrder(async () => {
        const place = placeOfWord(word, folder);
        const texts = place === undefined ? undefined : await readTexts(host, [{ at: place }]);
        return stamped(linesOfWord(word, { style, folder, texts }), at);
      });
    },
    delivery: (record) => inOrder(() => describeDelivery(record, host, { style, folder })),
    say: (text) => inOrder(() => text),
    written: () => last,
  };
}
