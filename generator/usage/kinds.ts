import type { Type } from "ts-morph";
import { endpointGroups } from "../contracts/endpoint-calls.js";
import type { Layout } from "../project/layout.js";
import type { DeclarationKind } from "./types.js";
import { sentinel } from "./widened-model.js";

/** What a type is, if its values are followed: the context, a part of it, or the constants of the permissions. */
export type Kind = "context" | "settings" | "scopes" | "customData" | "module" | "table" | "api" | "endpoints";

/** For each kind: what cannot be decided if such a value is passed to other code, and its name in messages. */
export const kinds: Readonly<Record<Kind, { readonly subjects: readonly DeclarationKind[]; readonly phrase: string }>> =
  {
    context: { subjects: ["permissions", "secrets", "settings", "custom data"], phrase: "the context" },
    settings: { subjects: ["settings"], phrase: "the settings object" },
    scopes: { subjects: ["permissions"], phrase: "the `Scope` object" },
    customData: { subjects: ["custom data", "permissions"], phrase: "the custom-data object" },
    module: { subjects: ["custom data", "permissions"], phrase: "a custom-data module" },
    table: { subjects: ["custom data", "permissions"], phrase: "a custom-data table" },
    api: { subjects: ["permissions"], phrase: "the API client" },
    endpoints: { subjects: ["permissions"], phrase: "the endpoints object" },
  };

function declaredIn(type: Type, place: string): boolean {
  const declarations = type.getSymbol()?.getDeclarations() ?? [];
  return declarations.some((node) => node.getSourceFile().getFilePath().includes(place));
}

/** Recognises a type by its name and by the file that declares it. `library` is the folder of the runtime's declarations. */
export function createKindOf(library: string, layout: Layout): (type: Type) => Kind | undefined {
  const kindOf = (type: Type): Kind | undefined => {
    const whole = type.isTypeParameter() ? type.getConstraint() : type;
    const plain = whole?.getNonNullableType();
    if (plain === undefined || plain.isAny() || plain.isUnknown()) return undefined;
    const alias = plain.getAliasSymbol()?.getName();
    if (alias === "TableClient" || alias === "OpenTableClient") return "table";
    const [argument] = plain.getAliasTypeArguments();
    if (alias === "Readonly" && argument !== undefined) return kindOf(argument);
    const generated = (file: string) => declaredIn(plain, `/${layout.out}/${file}.gen.`);
    const name = plain.getSymbol()?.getName() ?? "";
    if (name === "Client" && declaredIn(plain, "openapi-fetch")) return "api";
    if (name === "HandlerContext" && declaredIn(plain, library)) return "context";
    if (Object.hasOwn(endpointGroups, name) && declaredIn(plain, library)) return "endpoints";
    if (name === "Settings" && generated("settings")) return "settings";
    if (name === "CustomData" && generated("custom-data")) return "customData";
    if (name === "__object" && generated("scopes")) return "scopes";
    if (name === "__type" && generated("custom-data") && plain.getCallSignatures().length === 0) return "module";
    return undefined;
  };
  return kindOf;
}

/** The string literals that a type allows; `undefined` if it also allows other values. */
export function literalsOf(type: Type): readonly string[] | undefined {
  const types = type.isUnion() ? type.getUnionTypes() : [type];
  const values = types.map((one) => (one.isStringLiteral() ? String(one.getLiteralValue()) : undefined));
  return values.every((value) => value !== undefined) && !values.includes(sentinel) ? values : undefined;
}
