import type { CachingHost, Host } from "./host.js";

/** What a run asked the file system and what it was answered, by path; what the run wrote itself is added to it. */
export interface Trace {
  readonly texts: Readonly<Record<string, string>>;
  /** Whether something exists; false for files that were looked for and not found. */
  readonly exists: Readonly<Record<string, boolean>>;
  /** Entries of folders, in code-unit order. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
}

/** A host that notes what goes through it. */
export interface TracedHost {
  readonly host: CachingHost;
  /** Files and folders that were read or written, including those that do not exist. */
  readonly asked: () => readonly string[];
  /** `undefined` if an answer was an error: then nothing can be said about the next run. */
  readonly trace: () => Trace | undefined;
}

function orderedNames(names: readonly string[]): string[] {
  return [...names].sort();
}

export function tracedHost(host: CachingHost): TracedHost {
  const texts = new Map<string, string>();
  const exists = new Map<string, boolean>();
  const lists = new Map<string, readonly string[]>();
  const asked = new Set<string>();
  let failed = false;

  async function answer<T>(path: string, question: Promise<T>, note: (value: T) => void): Promise<T> {
    asked.add(path);
    try {
      const value = await question;
      note(value);
      return value;
    } catch (error) {
      failed = true;
      throw error;
    }
  }
  const found = (path: string, text: string | undefined) => {
    if (text === undefined) texts.delete(path);
    else texts.set(path, text);
    if (text === undefined) exists.set(path, false);
    else exists.delete(path);
  };
  const read = (path: string) => answer(path, host.read(path), (text) => found(path, text));
  const { compilerSetup } = host;
  return {
    host: {
      ...host,
      unnoted: host,
      ...(compilerSetup === undefined
        ? {}
        : {
            async compilerSetup(path: string) {
              const setup = await answer(path, compilerSetup(path), () => undefined);
              for (const one of setup.missing) {
                asked.add(one);
                exists.set(one, false);
              }
              // The compiler reports what cannot be read; here it only means that nothing is known of the next run.
              for (const one of setup.read) await read(one).catch(() => undefined);
              return setup;
            },
          }),
      read,
      list: (path) => answer(path, host.list(path), (names) => lists.set(path, orderedNames(names))),
      exists: (path) => answer(path, host.exists(path), (is) => exists.set(path, is)),
      replace: (path, text) => answer(path, host.replace(path, text), () => found(path, text)),
      remove: (path) => answer(path, host.remove(path), () => found(path, undefined)),
      create: (path, text) => answer(path, host.create(path, text), (isNew) => isNew && exists.set(path, true)),
    },
    asked: () => [...asked],
    trace: () =>
      failed
        ? undefined
        : {
            texts: Object.fromEntries(texts),
            exists: Object.fromEntries(exists),
            lists: Object.fromEntries(lists),
          },
  };
}

/** Whether the file system would answer the same today. Stops at the first difference. Throws nothing. */
export async function isSameAnswer(host: Host, { texts, exists, lists }: Trace): Promise<boolean> {
  try {
    for (const [path, text] of Object.entries(texts)) if ((await host.read(path)) !== text) return false;
    for (const [path, is] of Object.entries(exists)) if ((await host.exists(path)) !== is) return false;
    for (const [path, names] of Object.entries(lists)) {
      if (orderedNames(await host.list(path)).join("/") !== names.join("/")) return false;
    }
    return true;
  } catch {
    return false;
  }
}
