import type { fileCodes } from "../../../generator/diagnostics/codes/files.js";
import { type Case, extension, generating } from "./case.js";

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
  KG510: {
    ...generating(extension("id: ab")),
    links: { "src/generated": "../.." },
    at: "src/generated:1:1",
  },
};
