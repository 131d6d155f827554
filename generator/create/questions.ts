import { deploySummaries, onlyForRequests } from "../deploy/deploy-targets.js";
import { templateSummaries } from "../init/init-options.js";
import type { Call } from "./call.js";

/** One of several answers, with what it means. */
export interface Choice {
  readonly value: string;
  readonly hint: string;
}

/** Who is asked. Each question resolves with `undefined` if the user cancels. */
export interface Asked {
  begin(title: string): void;
  cancelled(message: string): void;
  /** Asks again while the answer has a problem. */
  text(
    question: string,
    usual: string,
    problemOf?: (answer: string) => string | undefined,
  ): Promise<string | undefined>;
  one(question: string, choices: readonly Choice[]): Promise<string | undefined>;
  several(
    question: string,
    choices: readonly Choice[],
    usual: readonly string[],
  ): Promise<readonly string[] | undefined>;
  confirm(question: string): Promise<boolean | undefined>;
}

const choicesOf = (summaries: Readonly<Record<string, string>>): readonly Choice[] =>
  Object.entries(summaries).map(([value, hint]) => ({ value, hint }));

/**
 * The call with an answer to each question that the command line leaves open; `undefined` if the user cancels.
 * `problemOf`: why a folder cannot have the project, so that nobody answers all questions for a folder that is refused.
 */
export async function answered(
  call: Call,
  asked: Asked,
  { manager, problemOf }: { readonly manager: string; readonly problemOf: (dir: string) => string | undefined },
): Promise<Call | undefined> {
  const dir = call.dir ?? (await asked.text("Folder of the new project", "my-extension", problemOf));
  if (dir === undefined) return undefined;
  const init: Record<string, string | true> = { ...call.init };
  if (init.template === undefined) {
    const template = await asked.one("What is it?", choicesOf(templateSummaries));
    if (template === undefined) return undefined;
    init.template = template;
  }
  if (init.name === undefined) {
    const name = await asked.text("Name of the project, empty for the name of the folder", "");
    if (name === undefined) return undefined;
    if (name !== "") init.name = name;
  }
  if (init.deploy === undefined) {
    const isFit = ({ value }: Choice) => init.template !== "adapter" || !onlyForRequests.some((one) => one === value);
    const choices = choicesOf(deploySummaries).filter(isFit);
    const targets = await asked.several("Where is it to be deployed?", choices, ["docker"]);
    if (targets === undefined) return undefined;
    init.deploy = targets.length === 0 ? "none" : targets.join(",");
  }
  const git = call.git ?? (await asked.confirm("Make a git repository?"));
  if (git === undefined) return undefined;
  const install = call.install ?? (await asked.confirm(`Install the packages with ${manager} now?`));
  return install === undefined ? undefined : { ...call, dir, init, git, install };
}
