import { join } from "node:path";
import { readVariables } from "../../dev/environment.js";
import { findStateFolder } from "../../dev/state-folder.js";
import type { SecretModel } from "../../model/model.js";
import type { Finding } from "../finding.js";
import { attempt } from "./attempt.js";
import { keptSecrets } from "./read/state-facts.js";
import { readVariablesFiles, variablesFileNames } from "./read/variables-files.js";
import { checkIgnored, checkPrivate, checkSecrets } from "./rules/secrets.js";
import type { Subject } from "./subject.js";

function namesSet(variables: Readonly<Record<string, string | undefined>>): ReadonlySet<string> {
  return new Set(Object.keys(variables).filter((name) => (variables[name] ?? "") !== ""));
}

/** The findings about secrets and the files that have them. `secrets`: undefined while the manifest has errors. */
export async function checkSecretPlaces(
  { host, folder, environment }: Subject,
  secrets: readonly SecretModel[] | undefined,
): Promise<readonly Finding[]> {
  const ofSecrets = await attempt("secrets", async () => {
    if (secrets === undefined) return [];
    const places = {
      environment: namesSet(environment),
      file: namesSet(readVariables(join(folder, ".env")) ?? {}),
      kept: new Set(await keptSecrets(findStateFolder(folder))),
    };
    return [checkSecrets(secrets, places)];
  });
  const ofFiles = await attempt("env-ignored", async () => {
    const files = await readVariablesFiles(folder, variablesFileNames(await host.list(".")), environment);
    return [...checkIgnored(files), ...checkPrivate(files)];
  });
  return [...ofSecrets, ...ofFiles];
}
