/** Says something if the work takes longer than these milliseconds. */
export async function tellingAfter<T>(milliseconds: number, say: () => void, work: Promise<T>): Promise<T> {
  const timer = setTimeout(say, milliseconds);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}
