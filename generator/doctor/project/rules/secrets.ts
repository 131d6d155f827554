import { variablesOfSecret } from "../../../base/secret-variables.js";
import type { SecretModel } from "../../../model/model.js";
import type { Finding } from "../../finding.js";
import { projectFinding } from "../project-checks.js";

/** Where values of secrets are found: names of variables, and of secrets. Never the values. */
export interface SecretPlaces {
  readonly environment: ReadonlySet<string>;
  /** In `.env`. */
  readonly file: ReadonlySet<string>;
  /** In what the local Kiket has kept. */
  readonly kept: ReadonlySet<string>;
}

/** Where each declared secret would get its value from when `dev` runs. */
export function checkSecrets(secrets: readonly Pick<SecretModel, "key" | "required">[], places: SecretPlaces): Finding {
  if (secrets.length === 0) return projectFinding("secrets", "ok", "the manifest declares no secrets");
  const { environment, file, kept } = places;
  const placeOf = (key: string) => {
    const isIn = (variables: ReadonlySet<string>) => variablesOfSecret(key).some((name) => variables.has(name));
    if (isIn(environment)) return "the environment";
    if (isIn(file)) return ".env";
    return kept.has(key) ? "the local Kiket" : undefined;
  };
  const without = secrets.filter(({ key }) => placeOf(key) === undefined);
  if (without.length === 0) {
    const named = secrets.map(({ key }) => `${key} (${placeOf(key)})`).join(", ");
    return projectFinding("secrets", "ok", `each secret has a value for dev: ${named}`);
  }
  const needed = without.filter(({ required }) => required);
  const names = (list: typeof without) => list.map(({ key }) => key).join(", ");
  if (needed.length === 0)
    return projectFinding(
      "secrets",
      "ok",
      `each required secret has a value for dev; optional ones without: ${names(without)}`,
    );
  return projectFinding("secrets", "warning", `required secrets have no value for dev: ${names(needed)}`, {
    where: ".env",
    why: "a handler that reads one gets nothing, unless the delivery brings it or secretSource has it",
    fix: `write ${needed[0]?.key}=… in .env, or pass --secret-file to kiket-gen trigger`,
  });
}

/** A file with variables, such as `.env`. */
export interface VariablesFile {
  readonly path: string;
  /** Its permissions, as `0o644`; undefined where the system has none. */
  readonly mode: number | undefined;
  /** `none`: the project is not in a git repository. `unknown`: git's files could not be read. */
  readonly git: "ignored" | "tracked" | "not-ignored" | "none" | "unknown";
}

/** Whether git leaves files with secrets out. */
export function checkIgnored(files: readonly VariablesFile[]): readonly Finding[] {
  if (files.length === 0) return [projectFinding("env-ignored", "ok", "there is no .env")];
  return files.map(({ path, git }) => {
    if (git === "tracked")
      return projectFinding("env-ignored", "wrong", `${path} is in the git repository`, {
        where: path,
        why: "whoever has the repository has the secrets in it, also those of earlier commits",
        fix: `git rm --cached ${path}, add it to .gitignore, and replace the secrets that were in it`,
      });
    if (git === "not-ignored")
      return projectFinding("env-ignored", "wrong", `git does not ignore ${path}`, {
        where: ".gitignore",
        why: "git add would put the secrets in it into the repository",
        fix: `add the line ${path} to .gitignore`,
      });
    if (git === "unknown")
      return projectFinding("env-ignored", "not-testable", `whether git ignores ${path} could not be found out`, {
        fix: `git ls-files ${path} names it if git has it, and git check-ignore ${path} if git ignores it`,
      });
    const what = git === "none" ? `the project of ${path} is not in a git repository` : `git ignores ${path}`;
    return projectFinding("env-ignored", "ok", what);
  });
}

/** Whether other users of the machine can read files with secrets. */
export function checkPrivate(files: readonly VariablesFile[]): readonly Finding[] {
  const open = files.filter(({ mode }) => mode !== undefined && (mode & 0o004) !== 0);
  if (open.length === 0)
    return [
      projectFinding(
        "env-private",
        "ok",
        files.length === 0 ? "there is no .env" : "no other user of this machine can read .env",
      ),
    ];
  return open.map(({ path, mode = 0 }) =>
    projectFinding("env-private", "warning", `every user of this machine can read ${path}`, {
      where: `${path}, mode ${(mode & 0o777).toString(8).padStart(4, "0")}`,
      why: "it may have secrets",
      fix: `chmod 600 ${path}`,
    }),
  );
}
