import { posix } from "node:path";
import { bareVersion } from "../base/event-version.js";
import { eventFileName } from "../base/naming.js";
import { filesBelow, sourceEndings } from "../project/files-below.js";
import type { Files } from "../project/find-manifest.js";
import type { SchemaChange } from "./changes.js";
import type { EventChanges } from "./events.js";
import type { Mentions } from "./mentions.js";
import type { OperationChanges } from "./operations.js";

/** A handler that a change affects. */
export interface Touched {
  readonly file: string;
  /** Lines that name the member or call the operation; empty if the whole event changes, or if no line names the member. */
  readonly lines: readonly number[];
}

/** A change with the handlers that it affects. */
export interface TouchingChange extends SchemaChange {
  readonly handlers: readonly Touched[];
}

export type Touching<T> = Omit<T, "changes"> & { readonly changes: readonly TouchingChange[] };

/** The user's handlers. A file is read once, when a change may affect it. */
interface Handlers {
  ofEvent(changes: EventChanges): Promise<Touching<EventChanges>>;
  ofOperation(changes: OperationChanges): Promise<Touching<OperationChanges>>;
}

/** The last name in a path: `issue.labels[]` → `labels`. */
function memberOf(path: string): string | undefined {
  return (
    path
      .replace(/(\[\]|\.\*)+$/, "")
      .split(".")
      .at(-1) || undefined
  );
}

/** Finds the handlers of a project. The compiler is loaded when the first handler is read. */
export async function findHandlers(files: Files, folder: string): Promise<Handlers> {
  const paths = await filesBelow(files, folder, sourceEndings);
  const read = new Map<string, Promise<Mentions>>();
  const mentionsOf = (path: string): Promise<Mentions> => {
    const known =
      read.get(path) ??
      import("./mentions.js").then(async ({ mentionsIn }) => mentionsIn(path, (await files.read(path)) ?? ""));
    read.set(path, known);
    return known;
  };
  return {
    async ofEvent({ changes, ...event }) {
      const plain = bareVersion(event.version);
      const own = [plain, `v${plain}`].map((version) =>
        posix.join(folder, `${eventFileName(event.event, version)}.ts`),
      );
      const handlers = paths.filter((path) => own.includes(path));
      const touched = async (change: SchemaChange): Promise<TouchingChange> => {
        const member = memberOf(change.path);
        const found = handlers.map(
          async (file): Promise<Touched> => ({
            file,
            lines: member === undefined ? [] : (await mentionsOf(file)).member(member),
          }),
        );
        return { ...change, handlers: await Promise.all(found) };
      };
      return { ...event, changes: await Promise.all(changes.map(touched)) };
    },
    async ofOperation({ changes, operation }) {
      const [method = "", path = ""] = operation.split(" ");
      const found = await Promise.all(
        paths.map(async (file): Promise<Touched> => ({ file, lines: (await mentionsOf(file)).call(method, path) })),
      );
      const handlers = found.filter(({ lines }) => lines.length > 0);
      return { operation, changes: changes.map((change) => ({ ...change, handlers })) };
    },
  };
}
