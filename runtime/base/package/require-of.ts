import { createRequire } from "node:module";
import { resolve } from "node:path";

/**
 * Finds and loads optional packages for the program.
 * @param url `import.meta.url` of who asks. A bundle in CommonJS has none: then the packages are looked for from the folder of the process.
 */
export function requireOf(url: string | undefined): NodeJS.Require {
  return createRequire(url ?? resolve("index.js"));
}
