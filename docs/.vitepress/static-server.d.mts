export function serveFolder(
  folder: string,
  base?: string,
): Promise<{ readonly url: string; readonly close: () => void }>;
