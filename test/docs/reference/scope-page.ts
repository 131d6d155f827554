import type { Format } from "../../../generator/model/format.js";
import { spellFor } from "../../../generator/model/scopes.js";
import { isObject, type JsonObject } from "../../schemas/read.js";
import type { ShownDocument } from "./endpoint-pages.js";
import { anchorOf, code, page, plainText, sentence, table } from "./markdown.js";
import { isSameScope, scopeName } from "./scope-names.js";

/** The formats of manifests whose permissions have this name, for the table of spellings. */
const spelledAlike: readonly { readonly format: Format; readonly formats: string }[] = [
  {
    format: "canonical",
    formats:
      "`canonical`, `marketplace`, `flat-settings`, `flat-properties`, `evidence-adapter`, `legacy-json`, `version-two`",
  },
  { format: "canonical-1.1", formats: "`canonical-1.1`, `scaffold`, `scaffold-text`" },
];

interface ShownScope {
  readonly name: string;
  readonly description: string;
  /** As the documents of the API spell it. */
  readonly spellings: readonly string[];
  readonly calls: readonly string[];
  readonly operations: readonly string[];
}

/** The known permissions of a manifest with what they allow. */
function permissionsOf(schema: JsonObject): readonly (readonly [name: string, description: string])[] {
  const definitions = isObject(schema.$defs) ? schema.$defs : {};
  const choices = isObject(definitions.permission) ? definitions.permission.anyOf : [];
  return (Array.isArray(choices) ? choices : []).flatMap((choice) =>
    isObject(choice) && typeof choice.const === "string"
      ? [[choice.const, String(choice.description ?? "")] as const]
      : [],
  );
}

function scopeIn(name: string, description: string, shown: ShownDocument): ShownScope {
  const own = shown.document.operations.filter(({ scopes }) => scopes.some((scope) => isSameScope(scope, name)));
  return {
    name,
    description,
    spellings: [...new Set(own.flatMap(({ scopes }) => scopes.filter((scope) => isSameScope(scope, name))))],
    calls: [...new Set(own.flatMap(({ method, path }) => shown.calls.get(`${method} ${path}`) ?? []))],
    operations: own.map(({ summary, tag, method, path }) => {
      const file = `${shown.prefix}${tag.replace(/([a-z])([A-Z])/g, "$1-$2").toLowerCase()}`;
      return `[${code(`${method.toUpperCase()} ${path}`)}](endpoints/${file}.md#${anchorOf(summary)})`;
    }),
  };
}

/** Minimal manifests list nouns below a verb. */
function minimalSpelling(name: string): string {
  const spelled = spellFor({ format: "minimal", scopes: [] }, name);
  const [noun = "", verb] = spelled.split(":");
  return verb === "read" || verb === "write" ? `\`scopes.${verb}: [${noun}]\`` : "none";
}

function scopeSection({ name, description, spellings, calls, operations }: ShownScope): string {
  const nowhere = "No operation that is known needs it.";
  return page(
    `## ${name}`,
    sentence(plainText(description)),
    operations.length === 0
      ? nowhere
      : [
          `* Typed calls: ${calls.length === 0 ? "none" : calls.map(code).join(", ")}`,
          `* Operations: ${operations.join(", ")}`,
          `* Spelled in the sources: ${spellings.map(code).join(", ")}`,
        ].join("\n"),
  );
}

/** The page of scopes. `manifest`: the schema with the known permissions. */
export function scopePage(manifest: JsonObject, [extension, platform]: readonly ShownDocument[]): string {
  if (extension === undefined || platform === undefined) throw new Error("two documents are needed");
  const permissions = permissionsOf(manifest).map(([name, description]) => scopeIn(name, description, extension));
  const required = (shown: ShownDocument) => [...new Set(shown.document.operations.flatMap(({ scopes }) => scopes))];
  const unlisted = required(extension).filter((scope) => !permissions.some(({ name }) => isSameScope(name, scope)));
  if (unlisted.length > 0) throw new Error(`the schema of the manifest lacks the scopes ${unlisted.join(", ")}`);
  const keyScopes = required(platform)
    .sort()
    .map((scope) => scopeIn(scopeName(scope), "", platform));
  const rows = permissions.map(({ name, description, calls }) => [
    `[${code(name)}](#${anchorOf(name)})`,
    plainText(description),
    calls.map(code).join(", "),
  ]);
  const spellings = permissions.map(({ name }) => [
    ...spelledAlike.map(({ format }) => code(spellFor({ format, scopes: [] }, name))),
    minimalSpelling(name),
  ]);
  return page(
    "# Scopes",
    "A manifest asks for scopes; the token of a delivery has those that were granted. Generated code offers only the calls that the manifest's scopes allow, and `kiket-gen audit` compares the two.",
    "`*` grants every scope. Any other text is allowed too: this page has the scopes that are known.",
    table(["scope", "what it allows", "typed calls that need it"], rows),
    "A call that is missing here needs no scope that is known. [Endpoints](endpoints/README.md) has all calls.",
    "## Spellings",
    "`issues:read`, `issues.read`, `read:issues` and the singular `issue:read` are one scope for kiket-gen and for the local Kiket. Formats of manifests differ in how they write it. `kiket-gen add scope` and `audit --fix` use the spelling of the manifest. Kiket's SDKs compare the scopes of a token exactly with what a handler requires (seen in shipped code).",
    table([...spelledAlike.map(({ formats }) => formats), "`minimal`"], spellings),
    ...permissions.map(scopeSection),
    "## Scopes of API keys",
    "Adapters and programs have an API key in place of a token. These scopes belong to the key, and not to a manifest's permissions, except `spec.ingestionScopes` of an evidence adapter. See [calls with an API key](platform-api.md).",
    ...keyScopes.map((scope) => scopeSection(scope).replace(/^## /, "### ")),
  );
}
