/**
 * Derives the generated files of this folder from the texts of the OpenAPI documents, by file name. Returns their texts by file name.
 * @throws {Error} if a document contains something that the platform does not support, or two operations have the same name.
 */
export function derivePlatform(yamlTexts: Readonly<Record<string, string>>): Promise<Record<string, string>>;
