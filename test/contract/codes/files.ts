import type { fileCodes } from "../../../generator/diagnostics/codes/files.js";
import { type Case, checking, extension, generating } from "./case.js";

const edited = "src/generated/events/gone.v1.gen.ts";
const handler = "src/handlers/gone.v1.ts";

/** What a run leaves whose event was then removed from the manifest; the hash is not that of the file. */
const left = {
  ...extension("id: ab"),
  "src/generated/kiket-gen.lock.json": JSON.stringify({ facts: {}, files: { [edited]: "-" }, handlers: [handler] }),
  [edited]: "export {};\n",
  [handler]: "export {};\n",
};

export const fileCases: Readonly<Record<keyof typeof fileCodes, Case>> = {
  KG502: generating({ ...left, [edited]: "^export {};\n" }),
  KG504: generating({ ...left, [handler]: "^export {};\n" }),
  KG505: generating({ ...left, "src/generated/kiket-gen.lock.json": "^<<<<<<< HEAD\n" }),
  KG506: generating({
    ...extension("id: ab"),
    "tsconfig.json": '^{ "compilerOptions": { "moduleResolution": "node10" } }',
  }),
  KG507: {
    command: "generate",
    args: ["--check", "--require-handlers"],
    files: extension("hooks: [{ event: issue.created }]"),
    at: "src/handlers/issue.created.v1.ts:1:1",
  },
  KG510: {
    ...generating(extension("id: ab")),
    links: { "src/generated": "../.." },
    at: "src/generated:1:1",
  },
  KG511: generating({ ...extension("id: ab"), "package.json": '{ "kiket-gen": { ^"handler": "src/on" } }\n' }),
  KG512: generating({
    ...extension("id: ab"),
    "a/kiket-gen.lock.json": "^{}\n",
    "b/kiket-gen.lock.json": "{}\n",
  }),
  KG513: generating({
    ...extension("id: ab", "hooks: [{ event: issue.created }]"),
    "src/on.ts": `^import { defineHandler } from "./generated/events/issue.created.v1.gen.js";
export default defineHandler(() => undefined);
`,
  }),
  KG514: generating(
    {
      ...extension("id: ab"),
      "src/generated/kiket-gen.lock.json": JSON.stringify({ facts: {}, files: {}, handlers: [] }),
      "src/on.ts": 'import { Scope } from "^./generated/scopes.gen.js";\n',
    },
    "--out",
    "src/types",
  ),
  KG515: checking({
    ...extension("id: ab"),
    "src/generated/scopes.gen.ts": "^export const Scope = {};\n",
  }),
};
