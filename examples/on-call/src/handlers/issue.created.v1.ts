import { escalate } from "../escalation.js";
import { defineHandler } from "../generated/events/issue.created.v1.gen.js";
import { Scope } from "../generated/scopes.gen.js";

const requiredScopes = [Scope.IssuesRead, Scope.CustomDataRead, Scope.CustomDataWrite];

export default defineHandler({ requiredScopes, defer: { attempts: 8 } }, async ({ issue }, context) => {
  if (issue.priority !== context.settings.PAGED_PRIORITY) return;
  await escalate(context, issue.id, issue.title ?? "An issue");
});
