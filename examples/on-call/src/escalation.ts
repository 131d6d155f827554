import type { Context } from "./generated/context.gen.js";
import type { RosterPagesRecord } from "./generated/custom-data.gen.js";
import { sendPage } from "./pager.js";

type Id = number | string;

/** The page that was sent for an issue. */
export async function findPage(context: Context, issueId: Id): Promise<RosterPagesRecord | undefined> {
  const { pages } = context.customData().roster;
  const [page] = await pages.list({ filters: { issue_id: String(issueId) }, limit: 1 });
  return page;
}

/** Pages the person of the next level, and remembers it. May run again for the same delivery: then nobody is paged twice. */
export async function escalate(context: Context, issueId: Id, text: string): Promise<void> {
  const known = await findPage(context, issueId);
  if (known?.acknowledged_at || known?.delivery_id === context.deliveryId) return;

  const { shifts, pages } = context.customData().roster;
  const level = (known?.level ?? 0) + 1;
  const [person] = await shifts.list({ filters: { level }, limit: 1 });
  if (person === undefined) {
    await context.endpoints.notify(`Nobody is on call at level ${level}`, text, "warning");
    return;
  }

  const pager = { url: context.settings.PAGER_URL, key: context.secret("PAGER_API_KEY") ?? "", signal: context.signal };
  const reference = String(issueId);
  await sendPage(pager, context.deliveryId, { to: person.email, text, reference });
  await context.endpoints.issues.comment(issueId, `${person.name} was paged (level ${level})`);
  // Last, because this ends the work: when a run fails before, the next one begins with the same level.
  const values = { email: person.email, level, delivery_id: context.deliveryId };
  if (known === undefined) await pages.create({ issue_id: reference, ...values });
  else await pages.update(known.id, values);
}
