// Writes docs/reference/api: one page for each entry of the package, from its source and comments.
import { readFile } from "node:fs/promises";
import { join, posix } from "node:path";
import { Application, Comment, Converter, LogLevel, ReflectionKind } from "typedoc";

/** Whom each entry of the package is for. */
const purposes = {
  ".": "The generator as a library: what `kiket-gen` does, from a program.",
  "./runtime": "Extensions: `createExtension`, handlers, the client of Kiket, and errors. It runs on any host.",
  "./runtime/node": "Programs on Node: `run` and `serve`, and `toNodeHandler` for a server of your own.",
  "./runtime/sqlite": "The delivery store of one machine.",
  "./runtime/redis": "The delivery store of several machines.",
  "./runtime/bullmq": "The queue of deferred handlers, in Redis, and its worker.",
  "./runtime/lambda": "AWS Lambda.",
  "./runtime/secrets": "Secrets outside of the program: files, Vault, the secret managers of clouds.",
  "./runtime/prometheus": "Metrics for Prometheus, in a server of your own.",
  "./testing": "Tests: deliveries, a local Kiket, matchers.",
  "./dev": "What the commands of the generator use of the local Kiket. Its functions may change with every version.",
  "./codegen": "What generated code imports. Your own code needs `kiket-gen/runtime`.",
};

/** The entries in package.json: the source of each, and the name by which it is imported. */
async function entriesOf(root) {
  const { name: packageName, exports } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  return Object.entries(exports).flatMap(([path, { types }]) => {
    const source = /^\.\/dist\/(.*)\.d\.ts$/.exec(types ?? "")?.[1];
    if (source === undefined) return [];
    if (purposes[path] === undefined) throw new Error(`api-reference.mjs does not say whom the entry "${path}" is for`);
    return [{ source, name: posix.join(packageName, path), purpose: purposes[path] }];
  });
}

/** Types made from schemas have thousands of members, which stand in the schemas and their own pages: only their names are shown. */
function cutGenerated(context) {
  for (const reflection of Object.values(context.project.reflections)) {
    if (!reflection.kindOf(ReflectionKind.SomeType)) continue;
    const declarations = context.getSymbolFromReflection(reflection)?.declarations ?? [];
    if (!declarations.some((declaration) => declaration.getSourceFile().fileName.includes(".gen."))) continue;
    for (const child of [...(reflection.children ?? [])]) context.project.removeReflection(child);
    for (const child of reflection.type?.declaration?.children?.slice() ?? []) context.project.removeReflection(child);
  }
}

export async function writeApiReference(root) {
  const entries = await entriesOf(root);
  const app = await Application.bootstrapWithPlugins({
    plugin: ["typedoc-plugin-markdown"],
    entryPoints: entries.map(({ source }) => join(root, `${source}.ts`)),
    out: join(root, "docs/reference/api"),
    tsconfig: join(root, "tsconfig.json"),
    router: "module",
    readme: "none",
    name: "API",
    // Types and lint have a check of their own.
    skipErrorChecking: true,
    logLevel: LogLevel.Error,
    excludeExternals: true,
    excludePrivate: true,
    excludeInternal: true,
    disableSources: true,
    // Readers look for a function first, and for its options from there.
    groupOrder: ["Functions", "Variables", "Classes", "Interfaces", "Type Aliases"],
    // Defaults are in the comments, and what TypeScript takes for one is not what counts.
    tableColumnSettings: { hideDefaults: true, hideInherited: true, hideModifiers: true, hideOverrides: true },
    hidePageHeader: true,
    hideBreadcrumbs: true,
    useCodeBlocks: true,
    parametersFormat: "table",
    interfacePropertiesFormat: "table",
    classPropertiesFormat: "table",
    typeAliasPropertiesFormat: "table",
    enumMembersFormat: "table",
    propertyMembersFormat: "table",
    indexFormat: "table",
    typeDeclarationFormat: "table",
    sanitizeComments: true,
  });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, (context) => {
    cutGenerated(context);
    for (const module of context.project.getChildrenByKind(ReflectionKind.Module)) {
      const entry = entries.find(({ source }) => source.replace(/\/index$/, "") === module.name);
      if (entry === undefined) continue;
      module.name = entry.name;
      module.comment = new Comment([{ kind: "text", text: entry.purpose }]);
    }
  });
  const project = await app.convert();
  if (project === undefined) throw new Error("docs: typedoc could not read the entries in package.json");
  await app.generateOutputs(project);
}
