/** `read` → list, get; `write` → create, update; `delete` → delete; `admin` → all (manifest-and-events §3.4). */
export const dataOperations = ["read", "write", "delete", "admin"] as const;

export type DataOperation = (typeof dataOperations)[number];

/** Whether what is granted on a module is enough for an operation. */
export function covers(granted: readonly DataOperation[], operation: DataOperation): boolean {
  return granted.includes("admin") || granted.includes(operation);
}
