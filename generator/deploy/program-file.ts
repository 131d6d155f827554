import { posix } from "node:path";
import { stringLiteral } from "../base/literals.js";
import type { DeployProject } from "./deploy-template.js";

/** The path of a program, which stands beside the folder of generated files, as `main.ts` does. */
export function besideGenerated({ layout }: Pick<DeployProject, "layout">, name: string): string {
  return posix.join(posix.dirname(layout.out), name);
}

/** How such a program imports the extension: a literal of TypeScript. */
export function extensionImport({ layout }: Pick<DeployProject, "layout">): string {
  return stringLiteral(`./${posix.basename(layout.out)}/extension.gen.js`);
}

/** The variables that may be in no file: those of secrets, and the address of Redis, which has a password. */
export function secretNames({ secretVariables, queues, has }: DeployProject): readonly string[] {
  return [...new Set([...(queues || has("ioredis") ? ["REDIS_URL"] : []), ...secretVariables])];
}
