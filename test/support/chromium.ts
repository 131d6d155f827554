import { type Browser, chromium } from "playwright-core";
import { describe } from "vitest";
import { findProgram } from "./find-program.js";

/** Opens a headless browser. The caller closes it. */
export type OpenBrowser = (args?: readonly string[]) => Promise<Browser>;

/** The path of a Chromium: `CHROMIUM` in the environment, else the first on PATH; undefined if there is none. */
export function findChromium(env?: Readonly<Record<string, string | undefined>>): string | undefined {
  return findProgram("CHROMIUM", ["chromium", "chromium-browser", "google-chrome"], env);
}

/** Tests in a real browser. Where none is found they are skipped, and a line says why. */
export function describeInChromium(name: string, tests: (open: OpenBrowser) => void): void {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    console.warn(`Skipped: ${name}. No Chromium is on PATH; set CHROMIUM to its path.`);
    describe.skip(name, () => tests(missing));
    return;
  }
  // The sandbox of Chromium does not work for root, as in many containers.
  const needed = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  describe(name, () => tests((args = []) => chromium.launch({ executablePath, args: [...needed, ...args] })));
}

function missing(): Promise<Browser> {
  throw new Error("No Chromium was found");
}
