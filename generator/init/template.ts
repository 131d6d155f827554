import { posix } from "node:path";
import { shellWord } from "../base/shell-word.js";
import { type EventCatalog, shapeOf } from "../contracts/event-catalog.js";
import type { EventModel } from "../model/model.js";
import type { Layout } from "../project/layout.js";
import { type Data, entryLines, type YamlStyle } from "../yaml/style.js";
import type { Identity } from "./identity.js";
import type { TemplateName } from "./init-options.js";

/** What is known of a project before its files are made. */
export interface NewProject extends Identity {
  /** The event of the first handler; for an adapter, the type of its first raw event. */
  readonly event: string;
  /** Both folders are below `src`. */
  readonly layout: Layout;
}

export interface NewFile {
  readonly path: string;
  readonly text: string;
  /** Whether it is written after the generated files: a program of a host that is there before would take the place of `main.ts`. */
  readonly isLater?: boolean;
}

/** The parts of a new project that depend on what it is. */
export interface Template {
  readonly manifest: NewFile;
  readonly handler: NewFile;
  readonly test: NewFile;
  /** The text of `.env.example` after its first line. */
  readonly environment: string;
  /** The text of `README.md` after its title. */
  readonly readme: string;
  readonly kind: TemplateName;
}

/** The first event of a new project, which no manifest has declared yet. */
export function newEvent(name: string): EventModel {
  return {
    name,
    version: "v1",
    origins: [],
    description: undefined,
    parameters: [],
    template: undefined,
    at: { file: "", line: 1, column: 1 },
  };
}

/** Whether every payload of an event has a member, such as `issue: Issue`. */
export function brings(catalog: EventCatalog, event: EventModel, declaration: string): boolean {
  const { record, exact } = shapeOf(catalog, event);
  return exact && (record?.members ?? "").split("\n").includes(`  ${declaration};`);
}

const style: YamlStyle = {
  keyQuote: undefined,
  textQuote: undefined,
  neededQuote: "double",
  flowMaps: false,
  flowLists: false,
  step: 2,
  indentless: false,
};

/** A manifest whose first line tells editors its schema. */
export function manifestFile(path: string, schema: string, entries: Readonly<Record<string, Data>>): NewFile {
  const packages = posix.join(posix.relative(posix.dirname(path), "."), "node_modules/kiket-gen/schemas");
  const lines = Object.entries(entries).flatMap(([key, value]) => entryLines(key, value, style));
  return { path, text: `# yaml-language-server: $schema=${packages}/${schema}\n${lines.join("\n")}\n` };
}

/** What every program that listens reads, in `.env.example`. */
export const listening: string = `
# Address that the program listens on.
PORT=8000
HOST=127.0.0.1

# Folder for recordings of all deliveries, without tokens and secrets, for kiket-gen replay. They contain personal data.
#KIKET_RECORD=recordings
`;

/** The start of a test that delivers to the project. */
export function testStart(out: string): string {
  return `import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestExtension } from "../${out}/testing.gen.js";

let kiket: Awaited<ReturnType<typeof createTestExtension>>;
beforeAll(async () => {
  kiket = await createTestExtension();
});
afterAll(() => kiket.close());
`;
}

/** How to install and develop a project, in its README; followed by how to test and run it. */
export function installing(what: string, event: string): string {
  return `    npm install
    npm run dev

The second command runs the program beside a local Kiket, and starts it again after every change. In another terminal, this sends
${what} as Kiket does:

    npx kiket-gen trigger ${shellWord(event)}

To test, and to run what is deployed:
`;
}

/** The end of each README. */
export function readmeEnd(what: string, { layout }: NewProject, handler: NewFile, more: readonly string[]): string {
  return `The ${what} in \`${layout.handlers}\` are yours; \`${handler.path}\` is the first. \`kiket-gen\` generates the files in
\`${layout.out}\` before every build; commit them.${more.length === 0 ? "\n" : ` To add more:\n\n${more.map((line) => `    ${line}\n`).join("")}`}
\`npm run check\` fails if the manifest has an error, the generated files are out of date, or a type is wrong, also in the tests. Run it before you merge. If something does not work,
\`npx kiket-gen doctor\` looks for what is wrong with the project and this machine.

\`node_modules/kiket-gen/docs/README.md\` lists the documentation: the development loop, the commands, the options, the testing kit.
`;
}
