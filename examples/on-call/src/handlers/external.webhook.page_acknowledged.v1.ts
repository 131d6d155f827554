import { createHash, timingSafeEqual } from "node:crypto";
import { findPage } from "../escalation.js";
import { allow, defineHandler, deny } from "../generated/events/external.webhook.page_acknowledged.v1.gen.js";
import { Scope } from "../generated/scopes.gen.js";

const digest = (text: string) => createHash("sha256").update(text).digest();

/** Takes the same time for every wrong text, so that the time tells nothing about the secret. */
const isSame = (a: string, b: string) => timingSafeEqual(digest(a), digest(b));

/** The reference of the page in the pager's JSON. */
function referenceOf(body: string | Record<string, unknown>): string | undefined {
  try {
    const value: unknown = typeof body === "string" ? JSON.parse(body) : body;
    const reference = typeof value === "object" && value !== null && "reference" in value ? value.reference : undefined;
    return typeof reference === "string" ? reference : undefined;
  } catch {
    return undefined;
  }
}

// Kiket signs the delivery. Who has called the public address, only the token of the pager proves.
export default defineHandler({ requiredScopes: [Scope.CustomDataWrite] }, async (payload, context) => {
  const { body, query_params: query } = payload.external_webhook;
  const expected = context.secret("PAGER_WEBHOOK_TOKEN");
  if (expected === undefined || query?.token === undefined || !isSame(query.token, expected)) {
    return deny({ message: "This is not our pager" });
  }

  const reference = referenceOf(body);
  const page = reference === undefined ? undefined : await findPage(context, reference);
  if (page === undefined) return deny({ message: "This page is not known" });
  await context.customData().roster.pages.update(page.id, { acknowledged_at: new Date(context.now()).toISOString() });
  await context.endpoints.issues.comment(page.issue_id, `${page.email} has acknowledged the page`);
  return allow({ message: "Acknowledged" });
});
