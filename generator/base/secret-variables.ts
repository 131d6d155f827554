/**
 * The environment variables that may contain a secret, in the order in which the runtime tries them: `KIKET_SECRET_` and the name in
 * upper case, then the name itself.
 */
export function variablesOfSecret(key: string): readonly string[] {
  const name = key
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, "_")
    .replace(/^_|_$/g, "");
  return name === "" ? [key] : [`KIKET_SECRET_${name}`, key];
}
