import { escalate } from "../escalation.js";
import { defineHandler } from "../generated/events/workflow.sla_breach.v1.gen.js";
import { Scope } from "../generated/scopes.gen.js";

const requiredScopes = [Scope.CustomDataRead, Scope.CustomDataWrite, Scope.NotificationsWrite];

export default defineHandler({ requiredScopes, defer: { attempts: 8 } }, async (payload, context) => {
  const late = payload.issue ?? payload.case;
  if (late === undefined) return;
  await escalate(context, late.id, `${late.title ?? "An issue"} (late by ${payload.sla.exceeded_by})`);
});
