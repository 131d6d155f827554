import { posix } from "node:path";
import { meantWords } from "../base/did-you-mean.js";
import { jsonText } from "../base/invisible-characters.js";
import { UsageError } from "../base/usage-error.js";
import { anyOf } from "../base/word-list.js";
import { type KnownEvent, readKnownEvents } from "../contracts/known-events.js";
import type { Host } from "../project/host.js";
import { type Places, readPlaces } from "../project/places.js";
import { readSchemas } from "../project/schemas.js";
import { formatEvent, formatEventList } from "../terminal/event-list.js";
import { formatDiagnostic } from "../terminal/report.js";
import { parseArguments, placesIn, projectOptions, statusOf } from "./arguments.js";
import type { Io } from "./command.js";
import { hostOf } from "./open-project.js";

const options = {
  dir: { type: "string" },
  events: projectOptions.events,
  "no-events": projectOptions["no-events"],
  json: { type: "boolean" },
} as const;

export const optionNames: readonly string[] = Object.keys(options);

/** All versions of the event with this name, or else the events whose names begin with it and a dot. */
function namedBy(name: string, events: readonly KnownEvent[]): readonly KnownEvent[] {
  const own = events.filter((event) => event.name === name);
  return own.length > 0 ? own : events.filter((event) => event.name.startsWith(`${name}.`));
}

/** Where to look instead of an event that is not documented: one that only the manifest declares, such as a command, has a generated type. */
async function wayOut(name: string, events: readonly KnownEvent[], host: Host, { layout }: Places): Promise<string> {
  const folder = posix.join(layout.out, "events");
  const isIts = (file: string) => file.startsWith(`${name}.`) && /^[\w-]+\.gen\.ts$/.test(file.slice(name.length + 1));
  const file = (await host.list(folder)).find(isIts);
  if (file !== undefined) return `${posix.join(folder, file)} has its type in this project`;
  const meant = meantWords(name, [...new Set(events.map((event) => event.name))]);
  return meant.length === 0 ? "kiket-gen events lists all" : `did you mean ${anyOf(meant)}?`;
}

/** Lists the documented events, or prints all that is known of the named one. Throws a `UsageError` for an unknown name. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments(args, options);
  const { dir = ".", json = false, ...places } = values;
  const [name, other] = positionals;
  if (other !== undefined) throw new UsageError(`expected one event, also got "${other}"`);
  const host = await hostOf(dir, io);
  const found = await readPlaces(host, placesIn(dir, places));
  const schemas = await readSchemas(host, found);
  const { events, diagnostics: ofOwn } = await readKnownEvents(schemas);
  const diagnostics = [...found.diagnostics, ...schemas.diagnostics, ...ofOwn];
  for (const diagnostic of diagnostics) io.err(`${formatDiagnostic(diagnostic, io.errStyle)}\n`);
  const wanted = name === undefined ? events : namedBy(name, events);
  if (name !== undefined && wanted.length === 0)
    throw new UsageError(`no documented event "${name}"; ${await wayOut(name, events, host, found)}`);
  if (json) io.out(`${jsonText({ events: wanted }, 2)}\n`);
  else if (wanted.every((event) => event.name === name)) {
    const versions = wanted.map(({ version }) => version);
    const shown = wanted.map((event) => {
      const others = versions.filter((version) => version !== event.version);
      return formatEvent(event, others, io.outStyle);
    });
    io.out(shown.join("\n"));
  } else io.out(formatEventList(wanted, io.outStyle, io.columns));
  return statusOf(diagnostics);
}

export const help: string = `Usage: kiket-gen events [name] [options]

Lists the documented events of Kiket by the first part of their names: name, version, grade of the evidence, description. With the
name of an event, prints all that is known of it and a sample of its payload; with the first part of names, such as slack, lists those.
A folder of event schemas that the project has, or that is passed, adds its events.

Grades, the strongest first: fixture (confirmed by a test), read (in shipped code), documented, guessed, none (only the name is known).

  --json                {events: [{name, version, description, confidence, sample, file?}]}
  --dir <dir>           the project (default: the working directory; need not be a project)
  --events, --no-events as for kiket-gen without a command

Exit status: 0 success, 1 an error in a schema of the project, 2 usage error or unknown event.
`;
