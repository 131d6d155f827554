import { posix } from "node:path";
import {
  type MethodSignature,
  Node,
  type NoSubstitutionTemplateLiteral,
  type SourceFile,
  type StringLiteral,
  SyntaxKind,
  type Type,
} from "ts-morph";
import { payloadTypeName } from "../base/naming.js";
import { webhookAction } from "../model/event-origin.js";
import type { EventModel } from "../model/model.js";
import { paths } from "../output/plan.js";
import type { Layout } from "../project/layout.js";
import type { OpenedSources } from "../usage/sources.js";

/** One event with its old and its new name. */
export interface EventRename {
  readonly from: EventModel;
  readonly to: EventModel;
  /** Old names of payload members and of shape types, with their names in the new event. */
  readonly members: ReadonlyMap<string, string>;
  readonly shapes: ReadonlyMap<string, string>;
}

/** A user's file before and after the renaming. */
export interface RenamedFile {
  readonly path: string;
  /** The same as `path`, unless the file moves. */
  readonly target: string;
  readonly before: string;
  readonly text: string;
}

/** Renames the declarations of the event's generated module, and every reference to them. */
function renameDeclarations(module: SourceFile, { from, to, members }: EventRename): void {
  for (const name of [payloadTypeName(from), "Recorded"]) {
    const declaration = module.getInterface(name);
    for (const [member, renamed] of members) {
      // A shorthand keeps its variable: `{ issue }` becomes `{ case: issue }`.
      declaration?.getProperty(member)?.rename(renamed, { usePrefixAndSuffixText: true });
    }
  }
  const payload = module.getInterface(payloadTypeName(from)) ?? module.getTypeAlias(payloadTypeName(from));
  payload?.rename(payloadTypeName(to));
}

/** Imports another shape under the name that the file uses, and renames that. Other files keep the shape. */
function renameShape(file: SourceFile, module: SourceFile, shape: string, renamed: string): void {
  const imports = file
    .getImportDeclarations()
    .filter((statement) => statement.getModuleSpecifierSourceFile() === module);
  const specifier = imports.flatMap((statement) => statement.getNamedImports()).find((one) => one.getName() === shape);
  if (specifier === undefined) return;
  if (specifier.getAliasNode() === undefined) specifier.renameAlias(renamed).removeAlias();
  specifier.setName(renamed);
}

function allows(type: Type | undefined, text: string): boolean {
  const plain = type?.isTypeParameter() ? type.getConstraint() : type;
  const types = plain?.isUnion() ? plain.getUnionTypes() : plain === undefined ? [] : [plain];
  return types.some((one) => one.isStringLiteral() && one.getLiteralValue() === text);
}

/** String literals whose expected type is an event name: `deliver("issue.created", …)`. */
function eventNames({ project, files }: OpenedSources, names: ReadonlySet<string>): StringLiteral[] {
  const checker = project.getTypeChecker();
  return files.flatMap((file) =>
    file
      .getDescendants()
      .filter(Node.isStringLiteral)
      .filter((node) => names.has(node.getLiteralValue()))
      .filter((node) => allows(checker.getContextualType(node), node.getLiteralValue())),
  );
}

/** New actions of webhooks by their old ones, of events that were and are webhooks. */
function actionsIn(names: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map(
    [...names].flatMap(([from, to]) => {
      const [old, next] = [webhookAction(from), webhookAction(to)];
      return old === undefined || next === undefined ? [] : [[old, next] as const];
    }),
  );
}

type TextNode = StringLiteral | NoSubstitutionTemplateLiteral;

function isText(node: Node): node is TextNode {
  return Node.isStringLiteral(node) || Node.isNoSubstitutionTemplateLiteral(node);
}

function isWebhookUrl(method: MethodSignature): boolean {
  const owner = method.getParent();
  return method.getName() === "webhookUrl" && Node.isInterfaceDeclaration(owner) && owner.getName() === webhookOwner;
}

/** The runtime's interface that has `webhookUrl`. */
const webhookOwner = "InboundEmailEndpoint";

/** String literals in the argument of `endpoints.webhookUrl`: `webhookUrl("inbound_email")`. */
function webhookActions({ project, files }: OpenedSources, actions: ReadonlyMap<string, string>): TextNode[] {
  if (actions.size === 0) return [];
  const checker = project.getTypeChecker();
  const calls = files
    .filter((file) => file.getFullText().includes("webhookUrl"))
    .flatMap((file) => file.getDescendantsOfKind(SyntaxKind.CallExpression));
  const given = calls.flatMap((call) => {
    const called = checker.getResolvedSignature(call)?.getDeclaration();
    return Node.isMethodSignature(called) && isWebhookUrl(called) ? (call.getArguments()[0] ?? []) : [];
  });
  return given
    .flatMap((argument) => [argument, ...argument.getDescendants()])
    .filter(isText)
    .filter((node) => actions.has(node.getLiteralValue()))
    .filter((node) => allows(checker.getContextualType(node), node.getLiteralValue()));
}

/** Every module specifier of a file, with the file that it refers to. */
function specifiers(file: SourceFile) {
  return file.getImportStringLiterals().map((literal) => {
    const symbol = literal.getSymbol()?.getValueDeclaration() ?? literal.getSymbol()?.getDeclarations()[0];
    return { literal, target: Node.isSourceFile(symbol) ? symbol : undefined };
  });
}

function redirect(file: SourceFile, moves: ReadonlyMap<SourceFile, string>): void {
  for (const { literal, target } of specifiers(file)) {
    const name = target === undefined ? undefined : moves.get(target);
    if (target === undefined || name === undefined) continue;
    const text = literal.getLiteralValue();
    const old = target.getBaseNameWithoutExtension();
    const at = text.lastIndexOf(old);
    if (at >= 0) literal.setLiteralValue(text.slice(0, at) + name + text.slice(at + old.length));
  }
}

/**
 * The user's files after the renaming: types, payload members and imports that the compiler can resolve, and the files of the
 * handlers. `keptShapes`: the shared shapes that events still use after the renaming. Writes nothing.
 */
export function renameSources(
  sources: OpenedSources,
  layout: Layout,
  renames: readonly EventRename[],
  keptShapes: readonly string[],
): RenamedFile[] {
  const { project, files, pathOf, at } = sources;
  const before = new Map(files.map((file) => [file, file.getFullText()]));
  const moves = new Map<SourceFile, string>();
  const targets = new Map<SourceFile, string>();
  const names = new Map(renames.map(({ from, to }) => [from.name, to.name]));
  const shapeModule = project.getSourceFile(at(`${paths.shapes(layout)}.ts`));
  const literals = eventNames(sources, new Set(names.keys()));
  const actions = actionsIn(names);
  const actionLiterals = webhookActions(sources, actions);
  for (const rename of renames) {
    const module = project.getSourceFile(at(`${paths.event(layout, rename.from)}.ts`));
    const handler = project.getSourceFile(at(`${paths.stub(layout, rename.from)}.ts`));
    if (module !== undefined) {
      renameDeclarations(module, rename);
      moves.set(module, posix.basename(paths.event(layout, rename.to)));
    }
    for (const [shape, renamed] of shapeModule === undefined ? [] : rename.shapes) {
      if (!keptShapes.includes(shape)) shapeModule?.getInterface(shape)?.rename(renamed);
      else if (handler !== undefined) renameShape(handler, shapeModule as SourceFile, shape, renamed);
    }
    if (handler !== undefined) {
      moves.set(handler, posix.basename(paths.stub(layout, rename.to)));
      targets.set(handler, `${paths.stub(layout, rename.to)}.ts`);
    }
  }
  for (const literal of literals) {
    const name = literal.wasForgotten() ? undefined : names.get(literal.getLiteralValue());
    if (name !== undefined) literal.setLiteralValue(name);
  }
  for (const literal of actionLiterals) {
    const action = literal.wasForgotten() ? undefined : actions.get(literal.getLiteralValue());
    if (action !== undefined) literal.setLiteralValue(action);
  }
  for (const file of files) redirect(file, moves);
  return files.flatMap((file) => {
    const path = pathOf(file);
    const target = targets.get(file) ?? path;
    const [old = "", text] = [before.get(file), file.getFullText()];
    return old === text && target === path ? [] : [{ path, target, before: old, text }];
  });
}
