import type { DevStorage } from "kiket-gen/dev";
import { isObject } from "../../base/shape.js";
import { keptFiles } from "../state-folder.js";

type Members = Readonly<Record<string, unknown>>;

/** What a local Kiket for one delivery may see. */
export interface StorageSight {
  /** Earlier deliveries, to repeat one. */
  readonly deliveries: boolean;
  /** Secrets that extensions have stored, or that earlier deliveries had. */
  readonly secrets: boolean;
}

/** The text of an object with some members changed; undefined if it is none. */
function changed(text: string, change: (data: Members) => Members): string | undefined {
  try {
    const data: unknown = JSON.parse(text);
    return isObject(data) ? JSON.stringify(change(data)) : undefined;
  } catch {
    return undefined;
  }
}

/** An ended delivery: who delivers once must not send others. */
function ended({ record, content, ...rest }: Members, hasSecrets: boolean): readonly Members[] {
  if (!isObject(record) || !isObject(content)) return [];
  const { next: _, ...known } = record;
  const isOver = ["delivered", "refused", "failed"].includes(String(known.state));
  const { body } = content;
  const open = isObject(body) && isObject(body.secrets) ? { body: { ...body, secrets: {} } } : {};
  return [
    {
      ...rest,
      record: { ...known, state: isOver ? known.state : "failed" },
      content: hasSecrets ? content : { ...content, ...open, secrets: {} },
    },
  ];
}

function keptDeliveries({ deliveries, ...rest }: Members, hasSecrets: boolean): Members {
  const list: readonly unknown[] = Array.isArray(deliveries) ? deliveries : [];
  return { ...rest, deliveries: list.filter(isObject).flatMap((delivery) => ended(delivery, hasSecrets)) };
}

function keptState(state: Members, hasSecrets: boolean): Members {
  const { data } = state;
  if (hasSecrets || !isObject(data)) return state;
  const progress = isObject(data.progress) ? { progress: { ...data.progress, secretStores: {} } } : {};
  return { ...state, data: { ...data, secrets: {}, ...progress } };
}

/**
 * What a local Kiket for one delivery sees of a project's state: its keys, which receivers know from earlier runs, and what `sight`
 * says. It writes keys that did not exist before, and nothing else: all the rest belongs to `dev`.
 */
export function storageForOne(storage: DevStorage, sight: StorageSight): DevStorage {
  let isNew: boolean | undefined;
  return {
    async read(name) {
      if (name === keptFiles.deliveries && !sight.deliveries) return undefined;
      const text = await storage.read(name);
      if (name === keptFiles.kiket) isNew = text === undefined;
      if (text === undefined) return undefined;
      const kept = name === keptFiles.deliveries ? keptDeliveries : keptState;
      // What cannot be read has nothing in it, and is told there.
      return changed(text, (data) => kept(data, sight.secrets)) ?? text;
    },
    async write(name, text) {
      // With the data, the first delivery would decide what all later ones find, seeds included.
      const keys = changed(text, (state) => ({ ...state, data: {} }));
      if (name === keptFiles.kiket && isNew === true && keys !== undefined) await storage.write(name, keys);
    },
    remove: async () => undefined,
  };
}
