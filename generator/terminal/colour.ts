import { coloured, plain, type Style } from "./report.js";

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "";
}

/**
 * Whether to print colours. FORCE_COLOR decides before all others, as in Node: `0` and `false` mean no, other texts yes. An empty
 * variable counts as not set, as no-color.org and force-color.org say.
 */
export function styleFor(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): Style {
  const { FORCE_COLOR, NO_COLOR, NODE_DISABLE_COLORS, TERM } = env;
  if (isSet(FORCE_COLOR)) return FORCE_COLOR === "0" || FORCE_COLOR === "false" ? plain : coloured;
  const isUnwanted = isSet(NO_COLOR) || isSet(NODE_DISABLE_COLORS) || TERM === "dumb";
  return isTerminal && !isUnwanted ? coloured : plain;
}
