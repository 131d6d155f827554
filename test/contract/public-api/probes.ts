import ts from "typescript";
import { exportsOf, isGlobal } from "./declarations.js";

/** A module, as a user imports it, with the file that the compiler finds for it. */
export interface Module {
  readonly specifier: string;
  readonly file: string;
}

/** Where a probe starts: a parameter of a type, or nothing. */
interface Start {
  readonly parameter: string;
  readonly expression: string;
}

const deepest = 8;

/** The statements that import the modules as `m0`, `m1` and so on. */
export function importsOf(modules: readonly Module[]): string {
  return modules.map(({ specifier }, index) => `import * as m${index} from ${JSON.stringify(specifier)};\n`).join("");
}

/** Everything that the modules export, as something to begin with: a value itself, of a type a parameter of that type. */
export function startsOf(program: ts.Program, modules: readonly Module[]): readonly Start[] {
  return modules.flatMap(({ file }, index) =>
    [...exportsOf(program, file)].flatMap(([name, symbol]): Start[] => {
      const path = `m${index}.${name}`;
      const value = symbol.flags & ts.SymbolFlags.Value ? [{ parameter: "", expression: path }] : [];
      if (!(symbol.flags & ts.SymbolFlags.Type)) return value;
      const parameters = (symbol.declarations ?? []).flatMap((declaration) =>
        ts.isInterfaceDeclaration(declaration) || ts.isTypeAliasDeclaration(declaration)
          ? (declaration.typeParameters ?? [])
          : [],
      );
      const given = parameters.filter((parameter) => parameter.default === undefined).map(() => "any");
      const type = given.length === 0 ? path : `${path}<${given.join(", ")}>`;
      return [...value, { parameter: `x: ${type}`, expression: "x" }];
    }),
  );
}

/** A file that gives each start a variable, so that the compiler knows its type. */
export function startFile(modules: readonly Module[], starts: readonly Start[]): string {
  const lines = starts.map(({ parameter, expression }, index) =>
    parameter === ""
      ? `export const s${index} = ${expression};\n`
      : `export declare const s${index}: ${parameter.slice("x: ".length)};\n`,
  );
  return importsOf(modules) + lines.join("");
}

function hasMembers(type: ts.Type): boolean {
  if (type.isUnion()) return type.types.some(hasMembers);
  return (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0;
}

/** Written with no name at all. */
function isPlain(type: ts.Type): boolean {
  if (type.aliasSymbol !== undefined) return false;
  if (type.isUnion()) return type.types.every(isPlain);
  return !hasMembers(type) && (type.flags & ts.TypeFlags.Instantiable) === 0;
}

/**
 * Exported functions without a written type, one for each member and each result that can be reached from the starts: what users
 * may write, and what the compiler must then write declarations for.
 */
export function probesOf(program: ts.Program, file: string, starts: readonly Start[]): readonly string[] {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  if (source === undefined) throw new Error(`${file} was not compiled`);
  const seen = new Set<ts.Type>();
  const probes: string[] = [];

  const visit = (type: ts.Type, start: Start, isAsync: boolean, depth: number): void => {
    const { parameter, expression } = start;
    if (isPlain(type)) return;
    probes.push(`export const p${probes.length} = ${isAsync ? "async " : ""}(${parameter}) => ${expression};\n`);
    const present = checker.getNonNullableType(type);
    const subject = present === type ? expression : `(${expression})!`;
    if (seen.has(present) || depth === deepest) return;
    seen.add(present);
    const next = (child: ts.Type | undefined, childExpression: string, waits = isAsync) => {
      if (child !== undefined) visit(child, { parameter, expression: childExpression }, waits, depth + 1);
    };
    const awaited = checker.getAwaitedType(present);
    if (awaited !== undefined && awaited !== present) {
      next(awaited, `(await ${subject})`, true);
      return;
    }
    if (checker.isArrayLikeType(present)) {
      next(checker.getIndexTypeOfType(present, ts.IndexKind.Number), `${subject}[0]!`);
      return;
    }
    if (present.symbol !== undefined && isGlobal(program, present.symbol)) return;
    if (!hasMembers(present)) return;

    for (const [kind, prefix] of [
      ["Call", ""],
      ["Construct", "new "],
    ] as const) {
      for (const signature of checker.getSignaturesOfType(present, ts.SignatureKind[kind])) {
        // Only the library that the function is for can call it.
        if (signature.thisParameter !== undefined) continue;
        const required = signature.parameters.filter(
          ({ valueDeclaration: declaration }) =>
            declaration !== undefined &&
            ts.isParameter(declaration) &&
            declaration.questionToken === undefined &&
            declaration.dotDotDotToken === undefined,
        );
        const call = `${prefix}${prefix === "" ? subject : `(${subject})`}(${required.map(() => "nothing").join(", ")})`;
        // What a generic function gives depends on the call; its declared result is not what a user gets.
        const isGeneric = (signature.typeParameters ?? []).length > 0;
        if (!isGeneric) next(checker.getReturnTypeOfSignature(signature), call);
      }
    }
    next(checker.getIndexTypeOfType(present, ts.IndexKind.String), `${subject}["any"]!`);
    for (const property of checker.getPropertiesOfType(present)) {
      if (property.name.startsWith("__@") || property.name === "prototype" || isGlobal(program, property)) continue;
      next(checker.getTypeOfSymbolAtLocation(property, source), `${subject}[${JSON.stringify(property.name)}]`);
    }
  };

  for (const [index, start] of starts.entries()) {
    const variable = exportsOf(program, file).get(`s${index}`);
    if (variable !== undefined) visit(checker.getTypeOfSymbolAtLocation(variable, source), start, false, 0);
  }
  return probes;
}
