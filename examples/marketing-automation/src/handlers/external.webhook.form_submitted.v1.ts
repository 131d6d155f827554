import { createHash, timingSafeEqual } from "node:crypto";
import { defineHandler, deny } from "../generated/events/external.webhook.form_submitted.v1.gen.js";
import { Scope } from "../generated/scopes.gen.js";

function same(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function fieldsOf(body: string | Record<string, unknown>): Record<string, unknown> {
  if (typeof body !== "string") return body;
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return Object.fromEntries(new URLSearchParams(body));
  }
}

// Kiket vouches for the delivery; that the visitor came from our own page, only the page's token says.
export default defineHandler({ requiredScopes: [Scope.CustomDataWrite] }, async (payload, context) => {
  const expected = context.secret("FORM_TOKEN");
  const token = payload.external_webhook.query_params?.token;
  if (expected === undefined || token === undefined || !same(token, expected)) {
    return deny({ message: "This form is not ours" });
  }

  const { email } = fieldsOf(payload.external_webhook.body);
  if (typeof email !== "string" || !email.includes("@")) return deny({ message: "No address to write to" });
  const contacts = context.customData().contacts.automationRecords;
  const [known] = await contacts.list({ filters: { email: email.toLowerCase() }, limit: 1 });
  const contact = known ?? (await contacts.create({ email: email.toLowerCase() }));
  return { acknowledged: true, contact: contact.id };
});
