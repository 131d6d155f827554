// Writes docs/reference/api: one page for each entry of the package, from its source and comments.
import { readFile } from "node:fs/promises";
import { join, posix } from "node:path";
import { Application, Converter, LogLevel, ReflectionKind } from "typedoc";

/** The entries in package.json: the source of each, and the name by which it is imported. */
async function entriesOf(root) {
  const { name: packageName, exports } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  return Object.entries(exports).flatMap(([path, { types }]) => {
    const source = /^\.\/dist\/(.*)\.d\.ts$/.exec(types ?? "")?.[1];
    return source === undefined ? [] : [{ source, name: posix.join(packageName, path) }];
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
    tableColumnSettings: { hideModifiers: true },
    hidePageHeader: true,
    hideBreadcrumbs: true,
    useCodeBlocks: true,
    parametersFormat: "table",
    interfacePropertiesFormat: "table",
    classPropertiesFormat: "table",
    typeAliasPropertiesFormat: "table",
    enumMembersFormat: "table",
    propertyMembersFormat: "table",
    typeDeclarationFormat: "table",
    sanitizeComments: true,
  });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, (context) => {
    cutGenerated(context);
    for (const module of context.project.getChildrenByKind(ReflectionKind.Module))
      module.name = entries.find(({ source }) => source.replace(/\/index$/, "") === module.name)?.name ?? module.name;
  });
  const project = await app.convert();
  if (project === undefined) throw new Error("docs: typedoc could not read the entries in package.json");
  await app.generateOutputs(project);
}
