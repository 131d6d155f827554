/**
 * Derives the generated files of this folder from the text of schemas/openapi.yaml. Returns their texts by file name.
 * @throws {Error} if the document contains something that the platform does not support.
 */
export function derivePlatform(yamlText: string): Promise<Record<string, string>>;
