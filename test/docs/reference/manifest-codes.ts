import { posix } from "node:path";
import type { ManifestNode } from "../../../generator/yaml/node.js";
import { readYaml } from "../../../generator/yaml/read-yaml.js";
import type { Case } from "../../contract/codes/case.js";

/** The path of the key that stands at a place, or whose value does. */
function keyAt(node: ManifestNode, line: number, column: number): string | undefined {
  if (node.kind === "list")
    return node.items.map((item) => keyAt(item, line, column)).find((path) => path !== undefined);
  if (node.kind !== "map") return undefined;
  for (const { keyAt: key, value } of node.entries.values()) {
    const inner = keyAt(value, line, column);
    if (inner !== undefined) return inner;
    const items = value.kind === "list" ? value.items.map(({ at }) => at) : [];
    if ([key, value.at, ...items].some((at) => at.line === line && at.column === column)) return value.path;
  }
  return undefined;
}

/** Keys that diagnostics speak of: the place of the mistake in the smallest project of each code. By the kind of the file. */
export function keysOfCodes(
  cases: Readonly<Record<string, Case>>,
): readonly { file: string; path: string; code: string }[] {
  return Object.entries(cases).flatMap(([code, { files, at }]) => {
    const [, file = "", line, column] = /^(.*):(\d+):(\d+)$/.exec(at) ?? [];
    const text = files[file];
    if (text === undefined || !/\.(?:ya?ml|json)$/.test(file)) return [];
    const root = readYaml({ path: file, text }, () => undefined);
    const path = root === undefined ? undefined : keyAt(root, Number(line), Number(column));
    return path === undefined ? [] : [{ file: posix.basename(file), path, code }];
  });
}
