import { defineHandler } from "../generated/events/marketing.countAudience.v1.gen.js";
import { Scope } from "../generated/scopes.gen.js";

export default defineHandler({ requiredScopes: [Scope.CustomDataRead] }, async (_payload, context) => {
  const { remaining, resetIn } = await context.endpoints.rateLimit();
  if (remaining < 2) return { deferred: true, reset_in: resetIn };
  const leads = await context.customData().contacts.automationRecords.list({ filters: { stage: "lead" }, limit: 100 });
  return { ok: true, leads: leads.length, daily_limit: context.settings.DAILY_LIMIT };
});
