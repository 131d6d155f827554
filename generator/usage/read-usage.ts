import { type Expression, Node } from "ts-morph";
import { isOneOf } from "../base/word-list.js";
import { endpointGroups, recordCalls, tableCalls } from "../contracts/endpoint-calls.js";
import { type Call, methods } from "../contracts/operations.js";
import type { Position } from "../model/model.js";
import type { Layout } from "../project/layout.js";
import { type Followed, leaves } from "./escapes.js";
import { createKindOf, type Kind, kinds, literalsOf } from "./kinds.js";
import { boundName, isAccess, type Member, memberOf, originOf } from "./members.js";
import type { OpenedSources } from "./sources.js";
import type { DeclarationKind, Usage } from "./types.js";
import type { TableNames } from "./widened-model.js";

/** Names that are needed to read the sources. They come from the model that the overlaid files were generated from. */
export interface ReadingNames {
  readonly layout: Layout;
  readonly tables: TableNames;
  /** The permission of each member of `Scope`, for all known permissions. */
  readonly scopes: ReadonlyMap<string, string>;
}

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] extends readonly (infer Item)[] ? Item[] : never };

interface Reader extends Followed {
  readonly names: ReadingNames;
  readonly found: Mutable<Usage>;
  readonly positionOf: (node: Node) => Position;
}

function open({ found, positionOf }: Reader, node: Node, subjects: readonly DeclarationKind[], reason: string): void {
  found.open.push({ subjects, reason, at: positionOf(node) });
}

/** Reads permissions from a list or a value. Members of `Scope` are left out: `onMember` reads them. */
function readPermissions(reader: Reader, node: Node): void {
  if (Node.isAsExpression(node) || Node.isSatisfiesExpression(node) || Node.isSpreadElement(node)) {
    readPermissions(reader, node.getExpression());
  } else if (Node.isArrayLiteralExpression(node)) {
    for (const element of node.getElements()) readPermissions(reader, element);
  } else {
    const member = isAccess(node) ? memberOf(node) : undefined;
    if (member !== undefined && reader.kindOf(member.owner) === "scopes") return;
    const type = node.getType();
    const tuple = type.getTupleElements();
    for (const one of tuple.length > 0 ? tuple : [type.getArrayElementType() ?? type]) {
      const values = literalsOf(one);
      if (values === undefined) open(reader, node, ["permissions"], "a permission is computed");
      const at = reader.positionOf(node);
      reader.found.permissions.push(...(values ?? []).map((name) => ({ name, at })));
    }
  }
}

function readSecret(reader: Reader, node: Node): void {
  const values = literalsOf(node.getType());
  if (values === undefined) open(reader, node, ["secrets"], "the name of a secret is computed");
  const at = reader.positionOf(node);
  reader.found.secrets.push(...(values ?? []).map((name) => ({ name, at })));
}

/** Module and table of a table client. If the module has no schema, the table is named where its client is created. */
function tableOf({ names: { tables } }: Reader, { owner, receiver }: Member) {
  const record = owner.getAliasTypeArguments()[0]?.getSymbol()?.getName() ?? "";
  const known = tables.records.get(record);
  const made = receiver === undefined ? undefined : originOf(receiver);
  if (known !== undefined || !Node.isCallExpression(made)) return known;
  const module = tables.modules.get(memberOf(made.getExpression())?.name ?? "");
  const [table] = made.getArguments().flatMap((argument) => literalsOf(argument.getType()) ?? []);
  return module === undefined || table === undefined ? undefined : { module, table };
}

function onTableCall(reader: Reader, node: Node, member: Member): void {
  if (!isOneOf(tableCalls, member.name)) return;
  const at = reader.positionOf(node);
  const table = tableOf(reader, member);
  if (table === undefined) open(reader, node, ["custom data"], "the name of a table is computed");
  else reader.found.tables.push({ ...table, call: member.name, at });
  for (const call of recordCalls[member.name]) reader.found.calls.push({ call, through: "tables", at });
}

function onEndpointCall(reader: Reader, node: Node, args: readonly Node[], { owner, name }: Member): void {
  const group = owner.getSymbol()?.getName() ?? "";
  if (name === undefined) open(reader, node, ["permissions"], "the name of an endpoint is computed");
  if (name === undefined) return;
  const calls = endpointGroups[group]?.[name];
  if (!Array.isArray(calls)) return;
  const at = reader.positionOf(node);
  for (const call of calls as readonly Call[]) reader.found.calls.push({ call, through: "endpoints", at });
  const [first, second] = args.map((argument) => literalsOf(argument.getType())?.[0]);
  if (group === "SecretsEndpoint" && first !== undefined) reader.found.mentions.push({ name: first, at });
  if (group !== "CustomDataEndpoint" || !isOneOf(tableCalls, name)) return;
  if (first === undefined || second === undefined)
    open(reader, node, ["custom data"], "the name of a module or table is computed");
  else reader.found.tables.push({ module: first, table: second, call: name, at });
}

function onApiCall(reader: Reader, node: Node, args: readonly Node[], { name }: Member): void {
  const generic = name === "request";
  if (name !== undefined && !generic && !methods.some((method) => method.toUpperCase() === name)) return;
  const target = generic ? args[1] : args[0];
  const verbs = generic ? literalsOf(args[0]?.getType() ?? node.getType()) : name === undefined ? undefined : [name];
  const paths = target === undefined ? undefined : literalsOf(target.getType());
  if (verbs === undefined || paths === undefined || target === undefined) {
    open(reader, node, ["permissions"], "the operation of this call is computed");
    return;
  }
  const at = reader.positionOf(target);
  for (const verb of verbs)
    for (const path of paths)
      reader.found.calls.push({ call: `${verb.toLowerCase()} ${path}` as Call, through: "api", at });
}

function onCall(reader: Reader, node: Node): void {
  if (!Node.isCallExpression(node)) return;
  const member = memberOf(node.getExpression());
  const kind = member && reader.kindOf(member.owner);
  if (member === undefined || kind === undefined) return;
  const args = node.getArguments();
  if (kind === "context" && member.name === "secret" && args[0] !== undefined) readSecret(reader, args[0]);
  if (kind === "context" && member.name === "requireScopes") for (const one of args) readPermissions(reader, one);
  if (kind === "table") onTableCall(reader, node, member);
  if (kind === "endpoints") onEndpointCall(reader, node, args, member);
  if (kind === "api") onApiCall(reader, node, args, member);
}

/** Whether a member such as `context.secret` is neither called here nor assigned to a variable of its own. */
function isPassedOn(node: Node): boolean {
  const parent = node.getParent();
  return !(Node.isCallExpression(parent) && parent.getExpression() === node) && !Node.isVariableDeclaration(parent);
}

const subjectsOfMember: Readonly<Record<string, readonly DeclarationKind[]>> = {
  secret: ["secrets"],
  requireScopes: ["permissions"],
  customData: ["custom data", "permissions"],
};

function onMember(reader: Reader, node: Node, { owner, name }: Member): void {
  const kind = reader.kindOf(owner);
  if (kind === undefined) return;
  const at = reader.positionOf(Node.isPropertyAccessExpression(node) ? node.getNameNode() : node);
  const { subjects, phrase } = kinds[kind];
  const keyed = kind === "settings" || kind === "scopes";
  if (keyed && name === undefined) open(reader, node, subjects, `a key of ${phrase} is computed`);
  if (kind === "settings" && name !== undefined) reader.found.settings.push({ name, at });
  if (kind === "scopes" && name !== undefined) {
    const value = literalsOf(node.getType())?.[0] ?? reader.names.scopes.get(name);
    reader.found.permissions.push({ name: value ?? `Scope.${name}`, at });
  }
  const stray =
    (kind === "customData" || kind === "module") && name !== undefined && owner.getProperty(name) === undefined;
  if (stray) reader.found.strayTables.push({ name, at });
  if (kind === "context" && isAccess(node) && Object.hasOwn(subjectsOfMember, name ?? "") && isPassedOn(node)) {
    open(reader, node, subjectsOfMember[name ?? ""] ?? [], `\`${name}\` is passed to code that is not analysed`);
  }
}

function onAccess(reader: Reader, node: Node): void {
  if (!Node.isPropertyAccessExpression(node) && !Node.isElementAccessExpression(node)) return;
  const member = memberOf(node);
  if (member === undefined) return;
  const outer = memberOf(node.getExpression());
  const carried = outer?.name === "payloadSecrets" && reader.kindOf(outer.owner) === "context";
  if ((carried || node.getExpression().getText() === "process.env") && member.name !== undefined) {
    reader.found.mentions.push({ name: member.name, at: reader.positionOf(node) });
  }
  onMember(reader, node, member);
}

function onPattern(reader: Reader, node: Node): void {
  if (!Node.isBindingElement(node) || !Node.isObjectBindingPattern(node.getParent())) return;
  const owner = node.getParent().getType().getNonNullableType();
  const kind = reader.kindOf(owner);
  if (kind === undefined) return;
  if (node.getDotDotDotToken() === undefined)
    onMember(reader, node, { owner, name: boundName(node), receiver: undefined });
  else open(reader, node, kinds[kind].subjects, `a rest element collects members of ${kinds[kind].phrase}`);
}

function onRequiredScopes(reader: Reader, node: Node): void {
  const value =
    Node.isPropertyAssignment(node) && node.getName() === "requiredScopes" ? node.getInitializer() : undefined;
  if (value !== undefined) readPermissions(reader, value);
}

function isName(node: Node): boolean {
  const parent = node.getParent();
  return Node.isPropertyAccessExpression(parent) && parent.getNameNode() === node;
}

function onEscape(reader: Reader, node: Node): void {
  if (!Node.isIdentifier(node) && !isAccess(node) && !Node.isCallExpression(node)) return;
  if (isName(node)) return;
  const kind: Kind | undefined = reader.kindOf(node.getType());
  if (kind === undefined || !leaves(node as Expression, kind, reader)) return;
  open(reader, node, kinds[kind].subjects, `${kinds[kind].phrase} is passed to code that is not analysed`);
}

/** Finds what the handlers use of their context. */
export function readUsage(sources: OpenedSources, names: ReadingNames): Usage {
  const { project, files, pathOf, library } = sources;
  const reader: Reader = {
    checker: project.getTypeChecker(),
    files: new Set(files),
    library,
    kindOf: createKindOf(library, names.layout),
    names,
    found: {
      permissions: [],
      calls: [],
      secrets: [],
      settings: [],
      tables: [],
      strayTables: [],
      mentions: [],
      open: [],
    },
    positionOf: (node) => {
      const { line, column } = node.getSourceFile().getLineAndColumnAtPos(node.getStart());
      return { file: pathOf(node.getSourceFile()), line, column };
    },
  };
  for (const file of files)
    file.forEachDescendant((node) => {
      for (const read of [onCall, onAccess, onPattern, onRequiredScopes, onEscape]) read(reader, node);
    });
  return reader.found;
}
