import { managerOf } from "../base/package-manager.js";
import { variablesOfSecret } from "../base/secret-variables.js";
import { isObject } from "../base/shape.js";
import type { Model } from "../model/model.js";
import type { Layout } from "../project/layout.js";
import type { DeployProject, ProgramKind } from "./deploy-template.js";

/** Short enough for names that are made of it, such as `<name>-worker-…` of a pod. */
const longestName = 40;

/** What readers of YAML take for something else than a text, and names that a cluster and Docker have for themselves. */
const taken: readonly string[] = [
  ...["null", "true", "false", "yes", "no", "on", "off", "y", "n"],
  ...["kubernetes", "scratch"],
];

/** A name that every platform takes for a resource, whatever the text is. */
export function resourceNameOf(text: string): string {
  const words = text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  const name = words
    .join("-")
    .replace(/^[^a-z]+/, "")
    .slice(0, longestName)
    .replace(/-$/, "");
  if (name === "") return "extension";
  return taken.includes(name) ? `${name}-extension` : name;
}

/** The names of packages in `package.json`; none if it cannot be read. */
function packagesIn(content: unknown): ReadonlySet<string> {
  if (!isObject(content)) return new Set();
  const groups = ["dependencies", "devDependencies", "optionalDependencies"].map((group) => content[group]);
  return new Set(groups.filter(isObject).flatMap((group) => Object.keys(group)));
}

function contentOf(packageJson: string | undefined): unknown {
  try {
    return JSON.parse(packageJson ?? "");
  } catch {
    return undefined;
  }
}

/** `com.example.lighthouse` → `lighthouse`; a package may be `@example/lighthouse`. */
function lastPart(text: string): string {
  return text.split(/[./]/).findLast((part) => /[a-z]/i.test(part)) ?? text;
}

/** Packages whose native binary no bundle can hold. */
const native: readonly string[] = ["argon2", "bcrypt", "better-sqlite3", "libsql", "sharp", "sqlite3"];

/** The secrets without which a program does not start, or is not trusted. */
function neededBy(kind: ProgramKind, queues: boolean): readonly string[] {
  if (kind === "adapter") return ["KIKET_EXTENSION_RUNNER_API_KEY", "KIKET_ORGANIZATION_ID"];
  return [...(kind === "webhook" ? ["KIKET_WEBHOOK_SECRET"] : []), ...(queues ? ["KIKET_QUEUE_KEY"] : [])];
}

/** What is known of a project, none of it trusted. */
export interface DeploySubject {
  readonly kind: ProgramKind;
  /** Used if `package.json` has no name. */
  readonly name: string;
  readonly secretKeys: readonly string[];
  readonly layout: Layout;
  /** The text of `package.json`, if there is one. */
  readonly packageJson: string | undefined;
  /** The names in the folder of the project. Default: none. */
  readonly names?: readonly string[];
  /** The texts of the handlers. */
  readonly handlers: readonly string[];
}

/** What templates must know of a project. */
export function deployProjectOf(subject: DeploySubject): DeployProject {
  const { kind, name, secretKeys, layout, packageJson, names = [], handlers } = subject;
  const content = contentOf(packageJson);
  const packages = packagesIn(content);
  const packageName = isObject(content) && typeof content.name === "string" ? content.name : undefined;
  const listens = kind !== "adapter";
  const queues = listens && packages.has("bullmq");
  const variables = [...neededBy(kind, queues), ...secretKeys.flatMap((key) => variablesOfSecret(key).slice(0, 1))];
  // Any other name would have to be quoted, in another way by each platform.
  const isPortable = (variable: string) => /^[A-Za-z_][A-Za-z0-9_]{0,199}$/.test(variable);
  return {
    resourceName: resourceNameOf(lastPart(packageName ?? name)),
    layout,
    kind,
    listens,
    secretVariables: [...new Set(variables)].filter(isPortable),
    // Those of a key in a Secret of Kubernetes, which are also names of files.
    secretKeys: [...new Set(secretKeys)].filter((key) => /^[A-Za-z0-9_][\w.-]{0,199}$/.test(key)),
    queues,
    defers: queues && handlers.some((text) => /\bdefer\s*:/.test(text)),
    nativePackages: native.filter((one) => packages.has(one)),
    installer: managerOf(isObject(content) ? content : undefined, names),
    has: (one) => packages.has(one),
  };
}

/** The same for a manifest. */
export function deploySubjectOf(
  { adapter, receiver, id, name, secrets }: Pick<Model, "adapter" | "receiver" | "id" | "name" | "secrets">,
  project: Pick<DeploySubject, "layout" | "packageJson" | "names" | "handlers">,
): DeploySubject {
  const kind = adapter !== undefined ? "adapter" : receiver !== undefined ? "webhook" : "extension";
  return { ...project, kind, name: id ?? name ?? "", secretKeys: secrets.map(({ key }) => key) };
}
