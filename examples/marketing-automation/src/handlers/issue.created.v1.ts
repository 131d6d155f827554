import { contactOfIssue } from "../contacts.js";
import { allow, defineHandler } from "../generated/events/issue.created.v1.gen.js";
import { Scope } from "../generated/scopes.gen.js";

export default defineHandler({ requiredScopes: [Scope.IssuesRead] }, async (payload, context) => {
  const { issue, user } = payload;
  const email = issue.assignee_email ?? user?.email;
  if (email === undefined) return allow({ message: "Nobody to write to" });

  const { contacts } = context.customData(issue.project_id);
  const contact = await contactOfIssue(contacts.automationRecords, String(issue.id), email);
  await context.endpoints.logEvent("contact.recorded", { contact: contact.id, stage: contact.stage });
  return allow({ message: context.settings.GREETING });
});
