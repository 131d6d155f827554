import type { ApiKeys } from "../http/api-keys.js";
import { type Behaviour, created } from "../http/operation.js";
import type { NewId } from "../new-id.js";

/** Extensions and credentials of an organization. Only the runner's API key of an extension has an effect. */
export function createExtensions(apiKeys: ApiKeys, newId: NewId): Behaviour<"installExtension" | "createCredential"> {
  return {
    installExtension({ body, organizationId }) {
      const id = newId();
      // It is in this answer and in no other (fact 938).
      const runnerApiKey = `kik_runner_${id}`;
      apiKeys.issue({ key: runnerApiKey, organizationId, scopes: ["raw-events:claim", "raw-events:submit"] });
      return created({ ...body, id, organizationId, runnerApiKey });
    },
    // Only that it is stored is known: the body is in no answer.
    createCredential: ({ organizationId }) => created({ id: newId(), organizationId }),
  };
}
