import { stageOf } from "../contacts.js";
import { allow, defineHandler } from "../generated/events/issue.transitioned.v1.gen.js";
import { Scope } from "../generated/scopes.gen.js";

export default defineHandler({ requiredScopes: [Scope.IssuesRead] }, async ({ issue, transition }, context) => {
  const stage = stageOf(context.settings.STAGE_MAP, transition.to);
  if (stage === undefined) return allow();

  const contacts = context.customData(issue.project_id).contacts.automationRecords;
  const [contact] = await contacts.list({ filters: { issue_id: String(issue.id) }, limit: 1 });
  if (contact === undefined) return allow({ message: "No contact follows this issue" });
  await contacts.update(contact.id, { stage });
  return allow({ metadata: { stage } });
});
