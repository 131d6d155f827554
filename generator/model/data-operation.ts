/** `read` allows list and get, `write` allows create and update, `delete` allows delete, `admin` allows all. */
export const dataOperations = ["read", "write", "delete", "admin"] as const;

// (facts 223, 540)
export type DataOperation = (typeof dataOperations)[number];

/** Whether the granted operations of a module allow an operation. */
export function covers(granted: readonly DataOperation[], operation: DataOperation): boolean {
  return granted.includes("admin") || granted.includes(operation);
}
