import type { DevStorage } from "kiket-gen/dev";
import { keptFiles } from "../state-folder.js";

interface KeptRecord {
  readonly record: Readonly<Record<string, unknown>>;
}

function isKept(value: unknown): value is KeptRecord {
  return typeof value === "object" && value !== null && typeof (value as Partial<KeptRecord>).record === "object";
}

/** The kept deliveries without any that would go on: who delivers once must not send others. */
function withoutPending(text: string): string | undefined {
  try {
    const kept = JSON.parse(text) as { readonly deliveries: readonly unknown[] };
    const ended = kept.deliveries.filter(isKept).map(({ record: { next: _, ...record }, ...rest }) => {
      const isOver = ["delivered", "refused", "failed"].includes(String(record.state));
      return { ...rest, record: { ...record, state: isOver ? record.state : "failed" } };
    });
    return JSON.stringify({ ...kept, deliveries: ended });
  } catch {
    return undefined;
  }
}

/**
 * What a local Kiket for one delivery may see of a project's state: its keys and secrets, which receivers know from earlier runs, and
 * with `readsDeliveries` the earlier deliveries, to repeat one. It writes keys that did not exist before, and nothing else: all the
 * rest belongs to `dev`.
 */
export function storageForOne(storage: DevStorage, readsDeliveries: boolean): DevStorage {
  let isNew: boolean | undefined;
  return {
    async read(name) {
      if (name === keptFiles.deliveries && !readsDeliveries) return undefined;
      const text = await storage.read(name);
      if (name === keptFiles.kiket) isNew = text === undefined;
      return name === keptFiles.deliveries && text !== undefined ? withoutPending(text) : text;
    },
    async write(name, text) {
      if (name === keptFiles.kiket && isNew === true) await storage.write(name, text);
    },
    remove: async () => undefined,
  };
}
