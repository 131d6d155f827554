import { UsageError } from "../base/usage-error.js";
import { anyOf, isOneOf } from "../base/word-list.js";
import { type DeployTarget, readTargets } from "../deploy/deploy-targets.js";

/** What a new project is, each with one line for the help: a receiver of webhooks is neither of the others. */
export const templateSummaries = {
  extension: "a Kiket extension, which gets events with a token",
  adapter: "an evidence adapter, which claims raw events of another system",
  webhook: "a receiver of signed webhooks, without an extension on the platform",
} as const;

export type TemplateName = keyof typeof templateSummaries;

export const templateNames: readonly TemplateName[] = Object.keys(templateSummaries) as TemplateName[];

/** The options of `kiket-gen init`, which `create-kiket-extension` takes as well. */
export const initOptions = {
  template: { type: "string" },
  id: { type: "string" },
  name: { type: "string" },
  event: { type: "string" },
  force: { type: "boolean" },
  out: { type: "string" },
  handlers: { type: "string" },
  deploy: { type: "string" },
  "package-manager": { type: "string" },
  "no-next": { type: "boolean" },
} as const;

/** What each of these options does, for the help. */
export const initOptionsHelp = (
  targets: readonly string[],
): string => `  --template <name>     what the project is (default: extension):
${Object.entries(templateSummaries)
  .map(([template, summary]) => `                        ${template.padEnd(9)}  ${summary}\n`)
  .join(
    "",
  )}  --id <id>             the extension's id (default: com.example.<folder>), or the adapter's key (default: <folder>)
  --name <name>         the project's name (default: from the name of the folder)
  --event <name>        the event of the first handler (default: issue.created; webhook: case.created),
                        or the adapter's first type of raw event (default: ticket_closed)
  --force               take the name of the event although it looks misspelled
  --deploy <targets>    where it is to be deployed, with commas between (default: docker), or none:
                        ${targets.join(", ")}
  --package-manager <name>
                        npm, pnpm, yarn or bun (default: the one that runs this command, else npm)
  --out <folder>        folder of the generated files (default: src/generated)
  --handlers <folder>   folder of the handlers (default: src/handlers)
                        these two are written to package.json, for later runs
`;

/** The template that `--template` names. @throws {UsageError} for another word. */
export function chosenTemplate(given = "extension"): TemplateName {
  if (isOneOf(templateNames, given)) return given;
  throw new UsageError(`--template takes ${anyOf(templateNames)}, not ${JSON.stringify(given)}`);
}

/** The targets that `--deploy` names, with commas between. @throws {UsageError} for another word. */
export function chosenTargets(given = "docker"): readonly DeployTarget[] {
  const words = given.split(",");
  if (!words.includes("none")) return readTargets(words, "none");
  if (words.length === 1) return [];
  throw new UsageError("--deploy none cannot be combined with other targets");
}
