import { type Id, isId } from "../../base/envelope.js";
import { ConfigError, KiketError } from "../../base/errors.js";

/**
 * The project of a call.
 * @throws {KiketError} where none is given and the delivery names none.
 */
export function resolveProject(given: Id | undefined, ofDelivery: Id | undefined): Id {
  const project = given ?? ofDelivery;
  if (!isId(project)) {
    throw new KiketError(
      "This call needs a project: give its id, because neither the token nor the payload names one.",
    );
  }
  return project;
}

/** @throws {ConfigError} where the extension was created without an id. */
export function requireExtensionId(extensionId: string | undefined, whatNeeds: string): string {
  if (extensionId === undefined) {
    throw new ConfigError(`${whatNeeds} the extension's id: pass extensionId to createExtension.`);
  }
  return extensionId;
}
