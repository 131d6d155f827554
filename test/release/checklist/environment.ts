import { join } from "node:path";

/** What a program needs from the machine: where programs are, how to reach the network, and the language. */
const kept =
  /^(?:PATH|PATHEXT|SystemRoot|ComSpec|TMPDIR|TEMP|TMP|LANG|LC_\w+|TERM|SSL_CERT_(?:FILE|DIR)|NODE_EXTRA_CA_CERTS)$/i;

/**
 * The environment of somebody who never used npm on this machine: an empty home, an empty cache, no global packages, no setting of npm
 * and no token.
 */
export function emptyMachine(env: NodeJS.ProcessEnv, home: string): NodeJS.ProcessEnv {
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => kept.test(name)));
  return {
    ...own,
    HOME: home,
    USERPROFILE: home,
    CI: "1",
    npm_config_userconfig: join(home, ".npmrc"),
    npm_config_prefix: join(home, "prefix"),
    npm_config_cache: join(home, "cache"),
    npm_config_audit: "false",
    npm_config_fund: "false",
    npm_config_update_notifier: "false",
  };
}
