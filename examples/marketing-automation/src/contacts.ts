import type { Extension } from "./generated/context.gen.js";
import type { ContactsAutomationRecordsRecord } from "./generated/custom-data.gen.js";

type Contacts = Extension["customData"]["contacts"]["automationRecords"];

/** Workflow states to stages, as the organization has set them; a state without one leaves the stage as it is. */
export function stageOf(map: Readonly<Record<string, unknown>>, state: string): string | undefined {
  const stage = Object.hasOwn(map, state) ? map[state] : undefined;
  return typeof stage === "string" ? stage : undefined;
}

/** The contact of an issue, made on its first event: a redelivery finds the one that is there. */
export async function contactOfIssue(
  contacts: Contacts,
  issueId: string,
  email: string,
): Promise<ContactsAutomationRecordsRecord> {
  const [known] = await contacts.list({ filters: { issue_id: issueId }, limit: 1 });
  return known ?? (await contacts.create({ email: email.toLowerCase(), issue_id: issueId }));
}
