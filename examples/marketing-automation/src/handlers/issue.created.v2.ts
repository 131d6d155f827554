import { contactOfIssue } from "../contacts.js";
import { allow, defineHandler } from "../generated/events/issue.created.v2.gen.js";
import { Scope } from "../generated/scopes.gen.js";

// Nothing is recorded of this version's shape, so every member may be absent.
export default defineHandler({ requiredScopes: [Scope.IssuesRead] }, async (payload, context) => {
  const email = payload.issue?.assignee_email ?? payload.user?.email;
  if (payload.issue === undefined || email === undefined) return allow({ message: "Nobody to write to" });

  const { contacts } = context.customData(payload.issue.project_id);
  const contact = await contactOfIssue(contacts.automationRecords, String(payload.issue.id), email);
  return allow({ message: context.settings.GREETING, metadata: { contact: contact.id } });
});
