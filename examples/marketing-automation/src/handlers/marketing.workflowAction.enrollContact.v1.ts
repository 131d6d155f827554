import { allow, defineHandler } from "../generated/events/marketing.workflowAction.enrollContact.v1.gen.js";
import { Scope } from "../generated/scopes.gen.js";

export default defineHandler({ requiredScopes: [Scope.CustomDataWrite] }, async ({ parameters }, context) => {
  const email = parameters.email.toLowerCase();
  const campaign = parameters.campaign ?? "welcome";
  if (context.settings.DRY_RUN) return allow({ message: `Would enroll ${email} in ${campaign}` });

  const contacts = context.customData().contacts.automationRecords;
  const [known] = await contacts.list({ filters: { email }, limit: 1 });
  const contact = known ?? (await contacts.create({ email, campaign }));
  if (contact.campaign !== campaign) await contacts.update(contact.id, { campaign });
  return allow({ message: `Enrolled in ${campaign}` });
});
