import { type Id, isId } from "../../base/envelope.js";
import { ConfigError, KiketError } from "../../base/errors.js";

/**
 * The project of a call.
 * @throws {KiketError} if no project is given and the delivery has none.
 */
export function resolveProject(given: Id | undefined, ofDelivery: Id | undefined): Id {
  const project = given ?? ofDelivery;
  if (!isId(project)) {
    throw new KiketError(
      "This call needs a project: pass its id, because neither the token nor the payload contains one.",
    );
  }
  return project;
}

/** @throws {ConfigError} if the extension was created without an id. */
export function requireExtensionId(extensionId: string | undefined, whatNeeds: string): string {
  if (extensionId === undefined) {
    throw new ConfigError(`${whatNeeds} the extension's id: pass extensionId to createExtension.`);
  }
  return extensionId;
}
