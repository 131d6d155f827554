import type { Type } from "ts-morph";
import { endpointGroups } from "../contracts/endpoint-calls.js";
import type { Layout } from "../project/layout.js";
import type { Subject } from "./types.js";
import { sentinel } from "./widened-model.js";

/** What a type that is followed is: the context, a part of it, or the constants of permissions. */
export type Kind = "context" | "settings" | "scopes" | "customData" | "module" | "table" | "api" | "endpoints";

/** What stays undecided where one is handed on, and how to call it. */
export const kinds: Readonly<Record<Kind, { readonly subjects: readonly Subject[]; readonly phrase: string }>> = {
  context: { subjects: ["permissions", "secrets", "settings", "custom data"], phrase: "the context" },
  settings: { subjects: ["settings"], phrase: "the settings" },
  scopes: { subjects: ["permissions"], phrase: "the constants of permissions" },
  customData: { subjects: ["custom data", "permissions"], phrase: "custom data" },
  module: { subjects: ["custom data", "permissions"], phrase: "a custom-data module" },
  table: { subjects: ["custom data", "permissions"], phrase: "a custom-data table" },
  api: { subjects: ["permissions"], phrase: "the API client" },
  endpoints: { subjects: ["permissions"], phrase: "the endpoints" },
};

function declaredIn(type: Type, place: string): boolean {
  const declarations = type.getSymbol()?.getDeclarations() ?? [];
  return declarations.some((node) => node.getSourceFile().getFilePath().includes(place));
}

/** Tells what a type is, by the name and the file that it is declared in; `library` is the folder of the runtime's. */
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

/** The texts that a type allows; `undefined` where it allows others, or every name of its kind. */
export function literalsOf(type: Type): readonly string[] | undefined {
  const types = type.isUnion() ? type.getUnionTypes() : [type];
  const values = types.map((one) => (one.isStringLiteral() ? String(one.getLiteralValue()) : undefined));
  return values.every((value) => value !== undefined) && !values.includes(sentinel) ? values : undefined;
}
