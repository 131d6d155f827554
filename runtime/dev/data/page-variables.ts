import { expectation, settingInEnvironment } from "../../values/settings.js";
import type { DevSetting } from "../options.js";

/** Variables that Node, the system, shells, git or `kiket-gen dev` read. Windows takes no case for another. */
const reserved =
  /^(?:NODE|LD|DYLD|GLIBC|GCONV|KIKET|NPM|YARN|PNPM|COREPACK|HTTPS?|NO|SSL|OPENSSL|UV|BASH|ESBUILD)_|^(?:PATH|PATHEXT|HOME|USERPROFILE|APPDATA|LOCALAPPDATA|COMSPEC|SYSTEMROOT|WINDIR|PORT|HOST|SHELL|IFS|ALL_PROXY|TMPDIR|TEMP|TMP|ICU_DATA|PYTHONPATH|PYTHONSTARTUP|PERL5OPT|PERL5LIB|RUBYOPT|JAVA_TOOL_OPTIONS|SSH_ASKPASS)$|^GIT_(?:SSH|CONFIG|EXEC|ASKPASS|EXTERNAL|PROXY|PAGER|EDITOR|SEQUENCE|TEMPLATE)/i;

/** Why a reader of the page cannot set a setting to a text, in words that follow its name; undefined if that is possible. */
export function objectionToValue(setting: DevSetting, text: unknown): string | undefined {
  const { key } = setting;
  if (reserved.test(key)) {
    return `is read from ${key}, which other programs read too: set it in .env`;
  }
  if (typeof text !== "string" || text === "" || text.includes("\0")) {
    return "must be a text that is not empty: an empty variable counts as none";
  }
  const isFit = settingInEnvironment(key, setting, { [key]: text }, () => undefined) !== undefined;
  return isFit ? undefined : `is ${expectation(setting)}`;
}

/**
 * Those of the kept variables that the page could set now. A file may come with a project, or the manifest may have changed since: neither
 * gives the extension any other variable.
 */
export function pageVariables(
  settings: readonly DevSetting[],
  kept: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const fitting = settings.filter(
    (setting) => Object.hasOwn(kept, setting.key) && objectionToValue(setting, kept[setting.key]) === undefined,
  );
  return Object.fromEntries(fitting.map(({ key }) => [key, kept[key] ?? ""]));
}
