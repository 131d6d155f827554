/** Generated files, handlers and the lock file. */
export const fileCodes = {
  KG502: {
    severity: "warning",
    title: "edited file that is no longer generated",
    explanation:
      "The manifest no longer needs this generated file, but it was edited by hand, so kiket-gen does not delete it. Move what you need to another file, then delete it.",
  },
  KG504: {
    severity: "warning",
    title: "handler for an event that is not in the manifest",
    explanation:
      "The event of this handler is no longer in the manifest, so the generated code no longer calls the handler. kiket-gen does not delete it, because handlers are your code. If the event has another name now, run `kiket-gen rename <old name> <new name>`: it moves the handler, even if the manifest already has the new name. If the name in the manifest is a mistake, correct it. If you no longer need the handler, delete the file.",
  },
  KG505: {
    severity: "warning",
    title: "lock file cannot be read",
    explanation:
      "`kiket-gen.lock.json` stores the paths of your own event schemas and OpenAPI document. It cannot be read, perhaps because of a merge conflict. Paths that both sides of a conflict name are kept. If the file may name schemas that cannot be told, this is an error, because the next file would not have them. Run kiket-gen again with the same --events and --openapi options; this writes the file again. If the project has no schemas of its own, use --no-events and --no-openapi.",
  },
  KG506: {
    severity: "warning",
    title: "generated files cannot compile in this project",
    explanation:
      'The generated files are TypeScript that imports ECMAScript modules. They cannot compile as the project is set up: it has no `tsconfig.json` or no TypeScript, its module resolution does not read `exports` of packages, or it is a CommonJS package whose compiler options do not let it import ES modules. The usual setup is `"type": "module"` in package.json, and `"module": "nodenext"` and `"target": "es2023"` in tsconfig.json. A CommonJS package works with `"module": "nodenext"` from TypeScript 5.8 on.',
  },
  KG507: {
    severity: "error",
    title: "handler that nobody has filled",
    explanation:
      "The handler is still the stub that kiket-gen created: it only calls `notImplemented`, so it answers 501 (a normaliser: its events fail). Write what the handler does. If the extension does not need the event, remove it from the manifest. This is an error only with --check --require-handlers. Without that option, one line lists these handlers (with --format: a note for each), and nothing fails.",
  },
  KG510: {
    severity: "error",
    title: "link in the place of a file to write",
    explanation:
      "A symbolic link takes a file that kiket-gen writes or deletes out of the project, into a folder that is not for code (`.git`, `.kiket`, `node_modules`), or to another file. A link can come with a cloned project, so kiket-gen follows none that leads there, and writes nothing at all. Put a folder or a file of the project in the place of the link, or choose other folders with --out and --handlers.",
  },
  KG511: {
    severity: "error",
    title: "wrong setting in package.json",
    explanation:
      "`kiket-gen` in `package.json` is a map with the paths of the project's parts: `out`, `handlers`, `manifest`, `events` and `openapi`. Each is a text, relative to the project's folder and inside of it. With another key or value, kiket-gen would use other folders than you want, so it writes nothing.",
  },
  KG512: {
    severity: "error",
    title: "several lock files",
    explanation:
      "A project has one folder of generated files, and `kiket-gen.lock.json` is in it. Here are two, so kiket-gen cannot know which one to update. Delete the folder that the project does not use. An extension with a manifest of its own needs a folder with its own `package.json`.",
  },
  KG513: {
    severity: "error",
    title: "handler in another place",
    explanation:
      "The generated code imports each handler from the folder of handlers. There is none for this event, but a handler for it is somewhere else in the project. An empty one in the usual place would answer 501 instead of yours, so kiket-gen writes nothing. Move your handler to that place, or name its folder: with --handlers, or as `handlers` under `kiket-gen` in `package.json`.",
  },
  KG514: {
    severity: "warning",
    title: "import from the old folder",
    explanation:
      "The generated files were moved to another folder, and this file still imports from the old one. kiket-gen does not change your files. Change the import.",
  },
  KG515: {
    severity: "error",
    title: "file not up to date",
    explanation:
      "`kiket-gen --check` compared this file with what kiket-gen would write now, and they differ in more than the layout. Run kiket-gen and commit the result. Without --format, --check also shows the changed lines of the manifest and a diff.",
  },
} as const;
