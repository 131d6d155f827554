/** Removes the oldest entry if there are more than this many, to limit the memory. */
export function forgetOldest(remembered: Map<string, unknown> | Set<string>, most: number): void {
  const [oldest] = remembered.keys();
  if (remembered.size > most && oldest !== undefined) remembered.delete(oldest);
}
