import { rules } from "@secretlint/secretlint-rule-preset-recommend";
import type { Problem } from "./step.js";

/** The part of secretlint's interface that its rules for text use. */
interface TextRule {
  readonly meta: { readonly id: string };
  create(context: object, options: object): { file?(source: object): unknown };
}

// A comment in a file may not decide that the file is not checked.
const textRules = (rules as unknown as readonly TextRule[]).filter(({ meta }) => !/filter-comments$/.test(meta.id));

/** The names of the rules that find a secret in a text. */
async function found(path: string, text: string): Promise<readonly string[]> {
  const source = { content: text, contentType: "text", filePath: path, ext: "" };
  const names = new Set<string>();
  for (const { meta, create } of textRules) {
    const report = () => names.add(meta.id.replace(/^.*secretlint-rule-/, ""));
    await create({ createTranslator: () => () => ({}), report, ignore: () => undefined }, {}).file?.(source);
  }
  return [...names];
}

/** Files of a package with a text that looks like a key, a token or a password. The text itself is not told: logs are public. */
export async function secretProblems(
  name: string,
  files: readonly { readonly path: string; readonly text: string }[],
): Promise<readonly Problem[]> {
  const problems = files.map(async ({ path, text }) =>
    (await found(path, text)).map((rule) => ({
      what: `${name} has a secret in ${path}: ${rule}`,
      why: "what is published can be read by everyone, and cannot be taken back",
      fix: "remove it, and replace it where it is valid: it may be in the history of the repository, too",
    })),
  );
  return (await Promise.all(problems)).flat();
}
