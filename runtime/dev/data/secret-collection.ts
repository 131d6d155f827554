import { isJsonObject, type JsonObject, member } from "../../base/json.js";
import { timestamp } from "../../platform/clock.js";
import type { DataColumn } from "../../platform/inspector/data-view.js";
import type { PlatformSeed } from "../../platform/operations/index.js";
import type { SecretStores, StoredSecret } from "../../platform/operations/secrets.js";
import { secretInEnvironment, secretVariables } from "../../values/secrets.js";
import { storedSecrets } from "../local-platform.js";
import { type Collection, type CollectionInputs, gone, unfit } from "./collection.js";
import { rowProblems } from "./row-problems.js";
import { environmentOf, sourceOf, type VariableSources } from "./value-sources.js";

const columns: readonly DataColumn[] = [
  { name: "secret", type: "string", isRequired: true, isUnique: true, isSet: "once" },
  { name: "value", type: "string", isRequired: true, isSecret: true },
  { name: "from", type: "string", isSet: "by Kiket" },
  { name: "declared", type: "boolean", isSet: "by Kiket" },
];

/** Of any length, so that it tells nothing. */
const mask = "••••••••";

function storesOf({ progress }: PlatformSeed): SecretStores {
  const stores = progress?.secretStores;
  return isJsonObject(stores) ? (stores as SecretStores) : {};
}

/** The data with other secrets: those for new stores, and those of each store that an extension has used. */
function withStores(
  seed: PlatformSeed,
  own: Readonly<Record<string, string>>,
  change: (store: readonly StoredSecret[]) => readonly StoredSecret[],
): PlatformSeed {
  const stores = Object.entries(storesOf(seed)).map(([extension, store]) => [extension, change(store)]);
  return { ...seed, secrets: own, progress: { ...seed.progress, secretStores: Object.fromEntries(stores) } };
}

/** Secrets by name, without their values: those of the manifest, and those that are stored. */
export function secretCollection(
  declared: readonly string[],
  variable: VariableSources["variable"],
  { seed, variables, now }: CollectionInputs,
): Collection {
  const sources: VariableSources = { set: variables, variable };
  const stored = storedSecrets(seed);
  const names = [...new Set([...declared, ...Object.keys(stored)])];

  function rowOf(name: string): JsonObject {
    const isStored = Object.hasOwn(stored, name);
    const found = secretInEnvironment(name, environmentOf(secretVariables(name), sources));
    const from = found && sourceOf(found.variable, sources)?.from;
    return {
      secret: name,
      value: isStored || found !== undefined ? mask : null,
      from: isStored ? "local Kiket" : found === undefined ? "nothing" : `${from}: ${found.variable}`,
      declared: declared.includes(name),
    };
  }

  function write(name: string, value: string) {
    const time = timestamp(now());
    const own = Object.fromEntries([...Object.entries(seed.secrets ?? {}), [name, value]]);
    const put = (store: readonly StoredSecret[]): readonly StoredSecret[] => {
      const known = store.find(({ key }) => key === name);
      const secret = { key: name, value, created_at: known?.created_at ?? time, updated_at: time };
      return known === undefined ? [...store, secret] : store.map((one) => (one === known ? secret : one));
    };
    return { seed: withStores(seed, own, put), variables, key: name };
  }

  function require(values: JsonObject, isNew: boolean): string {
    const others = names.filter((name) => Object.hasOwn(stored, name)).map((secret) => ({ secret }));
    const problems = rowProblems({ columns }, values, isNew ? others : [], isNew);
    if (problems.length > 0) throw unfit(problems);
    return String(member(values, "value") ?? "");
  }

  return {
    about: {
      id: "secrets",
      title: "Secrets",
      group: "Configuration",
      note: "The secrets of the manifest, and those of the local Kiket, which are in each delivery and come before the environment. A value is written here and never shown.",
      columns,
    },
    rows: names.map((name) => ({ key: name, values: rowOf(name) })),
    add: (values) => write(String(member(values, "secret")), require(values, true)),
    change(key, values) {
      if (!names.includes(key)) throw gone();
      const value = require(values, false);
      return Object.hasOwn(values, "value") ? write(key, value) : { seed, variables, key };
    },
    remove(key) {
      if (!Object.hasOwn(stored, key)) throw gone();
      const own = Object.fromEntries(Object.entries(seed.secrets ?? {}).filter(([name]) => name !== key));
      const left = (store: readonly StoredSecret[]) => store.filter((one) => one.key !== key);
      return { seed: withStores(seed, own, left), variables, key };
    },
  };
}
