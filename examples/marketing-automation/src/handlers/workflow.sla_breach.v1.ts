import { allow, defineHandler } from "../generated/events/workflow.sla_breach.v1.gen.js";
import { Scope } from "../generated/scopes.gen.js";

export default defineHandler({ requiredScopes: [Scope.NotificationsWrite] }, async (payload, context) => {
  const { sla } = payload;
  const title = payload.issue?.title ?? payload.case?.title ?? "A lead";
  await context.endpoints.notify(
    "A lead waits too long",
    `${title}: ${sla.policy_name} exceeded by ${sla.exceeded_by}`,
    "warning",
  );
  await context.endpoints.emitMetric("leads.late", 1);
  return allow();
});
