/**
 * Derives this folder's generated files from the text of schemas/openapi.yaml: file names to their text.
 * @throws {Error} where the document has something that the platform cannot answer.
 */
export function derivePlatform(yamlText: string): Promise<Record<string, string>>;
