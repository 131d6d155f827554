import { generateOptionNames } from "../../../generator/commands/arguments.js";
import type { Subcommand } from "../../../generator/commands/command.js";
import { completionOf } from "../../../generator/commands/completion.js";
import { help as generateHelp } from "../../../generator/commands/generate.js";

/** A command with what the page shows of it. */
export interface ShownCommand {
  /** Empty for generating, which has no name. */
  readonly name: string;
  readonly help: string;
  /** Without the dashes. */
  readonly optionNames: readonly string[];
  /** What a user would type. */
  readonly examples: readonly string[];
}

/** The examples of each command, in the order of the page. */
const examples: Readonly<Record<string, readonly string[]>> = {
  init: ["npx kiket-gen init my-extension --id com.example.my-extension"],
  "": ["npx kiket-gen", "npx kiket-gen --check --require-handlers --format github"],
  add: [
    "npx kiket-gen add event issue.closed",
    'npx kiket-gen add setting LIMIT --type integer --default 20 --label "Most issues"',
    "npx kiket-gen add deploy compose",
  ],
  lint: ["npx kiket-gen lint --strict"],
  audit: ["npx kiket-gen audit", "npx kiket-gen audit --fix --dry-run"],
  rename: ["npx kiket-gen rename issue.closed issue.deleted --dry-run"],
  explain: ["npx kiket-gen explain KG807", "npx kiket-gen explain settings"],
  events: ["npx kiket-gen events issue.created"],
  dev: ["npx kiket-gen dev --port 4900 --no-open"],
  trigger: ['npx kiket-gen trigger issue.created --set issue.title="Hi"'],
  replay: ["npx kiket-gen replay last"],
  doctor: ["npx kiket-gen doctor", "npx kiket-gen doctor --url http://127.0.0.1:8000 --secret-file secret.txt"],
  jobs: ["npx kiket-gen jobs list --state dead,delayed", "npx kiket-gen jobs retry --dead --event issue.created --yes"],
  compare: ["npx kiket-gen compare --events newer-events"],
  completion: ["npx kiket-gen completion bash"],
};

async function loaded(name: string): Promise<Pick<Subcommand, "help" | "optionNames">> {
  if (name === "") return { help: generateHelp, optionNames: generateOptionNames };
  if (name === "completion") return completionOf({}, []);
  return import(`../../../generator/commands/${name}.ts`);
}

/** Every command that has examples. */
export async function shownCommands(): Promise<readonly ShownCommand[]> {
  return Promise.all(
    Object.entries(examples).map(async ([name, lines]) => {
      const { help, optionNames } = await loaded(name);
      return { name, help, optionNames, examples: lines };
    }),
  );
}

function section({ name, help, examples: lines }: ShownCommand): string {
  const title = `kiket-gen ${name}`.trim();
  return `### \`${title}\`\n\n\`\`\`sh\n${lines.join("\n")}\n\`\`\`\n\n\`\`\`text\n${help.trimEnd()}\n\`\`\`\n`;
}

function optionTable(commands: readonly ShownCommand[]): string {
  const names = [...new Set(commands.flatMap(({ optionNames }) => optionNames))].sort();
  const rows = names.map((option) => {
    const having = commands.filter(({ optionNames }) => optionNames.includes(option));
    return `| \`--${option}\` | ${having.map(({ name }) => `\`${`kiket-gen ${name}`.trim()}\``).join(", ")} |\n`;
  });
  return `| option | commands |\n| --- | --- |\n${rows.join("")}`;
}

/** The part of the page that is made from the commands themselves. */
export function sectionsOf(commands: readonly ShownCommand[]): string {
  return `## Every command

An example, then what \`--help\` prints.

${commands.map(section).join("\n")}
## Every option

${optionTable(commands)}`;
}
