import { addable } from "../add/parse-request.js";
import { UsageError } from "../base/usage-error.js";
import { anyOf, isOneOf } from "../base/word-list.js";
import { catalog } from "../contracts/catalog.gen.js";
import { topics } from "../contracts/manifest-reference.js";
import { deployTargets } from "../deploy/deploy-targets.js";
import { templateNames } from "../init/init-options.js";
import { catalogue } from "../lint/catalogue.js";
import { parseProject } from "../manifest/parse-project.js";
import { findingFormats, generateOptionNames, parseArguments, projectOptions } from "./arguments.js";
import type { Io, Subcommand, Subcommands } from "./command.js";
import { jobVerbs, listedStates } from "./jobs.js";
import { openProject } from "./open-project.js";

const shells = ["bash", "zsh", "fish"] as const;

type Shell = (typeof shells)[number];

/** The words that may follow others, by these: `""` for the first word, `add`, `add event`, `init --template`. */
type WordTable = ReadonlyMap<string, readonly string[]>;

function dashed(options: readonly string[]): string[] {
  return [...options, "help"].map((name) => `--${name}`);
}

/** `verbs`: first words that are no command of their own. */
async function wordTable(subcommands: Subcommands, verbs: readonly string[]): Promise<WordTable> {
  const names = Object.keys(subcommands);
  const ofGenerate = [...dashed(generateOptionNames), "--version"];
  const events = [...new Set(Object.keys(catalog.events).map((key) => key.replace(/@.*/, "")))];
  const table = new Map<string, readonly string[]>([["", [...names, ...verbs, ...ofGenerate]]]);
  for (const verb of verbs) table.set(verb, ofGenerate);
  for (const [name, load] of Object.entries(subcommands)) table.set(name, dashed((await load()).optionNames));
  const add = (first: string, words: readonly string[]) => table.set(first, [...words, ...(table.get(first) ?? [])]);
  table.set("add event", [...events, ...(table.get("add") ?? [])]);
  add("add", addable);
  table.set("add deploy", [...deployTargets, ...dashed(Object.keys(projectOptions))]);
  add("rename", events);
  add("explain", [...topics, ...catalogue.keys()]);
  add("events", events);
  add("trigger", events);
  add("replay", ["last"]);
  add("jobs", jobVerbs);
  table.set("jobs --state", [...listedStates, "all"]);
  table.set("jobs --event", events);
  add("completion", shells);
  table.set("help", [...names, ...verbs]);
  table.set("version", []);
  table.set("--format", findingFormats);
  table.set("init --template", templateNames);
  table.set("init --deploy", [...deployTargets, "none"]);
  return table;
}

/** Contains no character that means something to a shell. */
const plainWord = /^[\w.-]+$/;

function checked(words: readonly string[]): string {
  const strange = words.find((word) => !plainWord.test(word));
  if (strange !== undefined) throw new Error(`"${strange}" cannot be completed`);
  return words.join(" ");
}

/** Words that also come from the project in the working directory, which a shell asks for each time: its events. */
const asksProject: readonly string[] = ["trigger"];
/** Where the command is not found, or knows no project, there are no more words. */
const askProject = "command kiket-gen completion events 2>/dev/null";

/** A function of a POSIX shell that prints the words after `$1`, a line each; other first words are folders. */
function wordsFunction(table: WordTable): string {
  const cases = [...table].map(([before, words]) => {
    const more = asksProject.includes(before) ? `; ${askProject}` : "";
    return `    '${before}') echo '${checked(words)}'${more} ;;\n`;
  });
  return `_kiket_gen_words() {\n  case "$1" in\n${cases.join("")}    *) return 1 ;;\n  esac\n}\n`;
}

/** Finds out, in bash and zsh, which words stand before the current one. `first` is where the words begin. */
const lookUp = `  local command='' name='' word
  for word in "\${before[@]}"; do
    case "$word" in
      -*) ;;
      *) if [ -z "$command" ]; then command="$word"; elif [ -z "$name" ]; then name="$word"; fi ;;
    esac
  done
  local last="\${before[@]: -1}" found
  if [ "$last" = --format ]; then found="$(_kiket_gen_words --format)"
  elif found="$(_kiket_gen_words "$command $last")"; then :
  elif [ -n "$name" ] && found="$(_kiket_gen_words "$command $name")"; then :
  elif found="$(_kiket_gen_words "$command")"; then :
  else found="$(_kiket_gen_words '')"
  fi
`;

const scripts: Readonly<Record<Shell, (table: WordTable) => string>> = {
  bash: (table) => `# Completion of kiket-gen for bash: eval "$(kiket-gen completion bash)"
${wordsFunction(table)}
_kiket_gen() {
  local before=("kiket-gen" "\${COMP_WORDS[@]:1:COMP_CWORD-1}")
  local current="\${COMP_WORDS[COMP_CWORD]}"
  before=("\${before[@]:1}")
${lookUp}  COMPREPLY=($(compgen -W "$found" -- "$current"))
}
complete -o default -F _kiket_gen kiket-gen
`,
  zsh: (table) => `#compdef kiket-gen
# Completion of kiket-gen for zsh: eval "$(kiket-gen completion zsh)"
${wordsFunction(table)}
_kiket_gen() {
  local -a before
  before=("\${(@)words[2,CURRENT-1]}")
${lookUp}  compadd -- \${=found}
  _files
}
if [ "\${funcstack[1]}" = _kiket_gen ]; then _kiket_gen "$@"; else compdef _kiket_gen kiket-gen; fi
`,
  fish: (table) => {
    const cases = [...table].map(
      ([before, words]) =>
        `    case '${before}'\n      string split ' ' -- '${checked(words)}'\n${asksProject.includes(before) ? `      ${askProject}\n` : ""}`,
    );
    return `# Completion of kiket-gen for fish: kiket-gen completion fish | source
function __kiket_gen_table
  switch "$argv[1]"
${cases.join("")}    case '*'
      return 1
  end
end

function __kiket_gen_words
  set -l before (commandline -opc)[2..-1]
  set -l names (string match -v -- '-*' $before)
  if test (count $before) -gt 0; and test "$before[-1]" = --format
    __kiket_gen_table --format
  else if test (count $before) -gt 0; and __kiket_gen_table "$names[1] $before[-1]"
  else if test (count $names) -gt 1; and __kiket_gen_table "$names[1] $names[2]"
  else if __kiket_gen_table "$names[1]"
  else
    __kiket_gen_table ''
  end
end
complete -c kiket-gen -a '(__kiket_gen_words)'
`;
  },
};

/** The events that the project in the working directory declares, those that need no quotes in a shell. */
async function declaredEvents(io: Io): Promise<readonly string[]> {
  const { project } = await openProject(".", {}, io);
  const read = parseProject(project);
  const names = "errors" in read ? [] : read.parsed.model.events.map(({ name }) => name);
  return [...new Set(names)].filter((name) => plainWord.test(name));
}

/** The command, which needs to know all others. */
export function completionOf(subcommands: Subcommands, verbs: readonly string[]): Subcommand {
  const run = async (args: readonly string[], io: Io): Promise<number> => {
    const { positionals } = parseArguments(args, {});
    const [shell, other] = positionals;
    if (shell === "events" && other === undefined) {
      io.out((await declaredEvents(io)).map((name) => `${name}\n`).join(""));
      return 0;
    }
    if (!isOneOf(shells, shell) || other !== undefined) throw new UsageError(`expected ${anyOf(shells)}`);
    io.out(scripts[shell](await wordTable(subcommands, verbs)));
    return 0;
  };
  return { help, optionNames: [], run };
}

const help: string = `Usage: kiket-gen completion bash|zsh|fish

Prints a script that completes commands, options, events and codes in your shell, and for trigger the events that the project in the working
directory declares (kiket-gen completion events prints these). Load it when the shell starts:

  bash                  eval "$(kiket-gen completion bash)" in ~/.bashrc
  zsh                   eval "$(kiket-gen completion zsh)" in ~/.zshrc, after compinit
  fish                  kiket-gen completion fish | source in ~/.config/fish/config.fish

Exit status: 0 success, 2 usage error.
`;
