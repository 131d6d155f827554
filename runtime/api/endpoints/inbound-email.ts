import type { components } from "../api.gen.js";
import type { ApiClient } from "../client.js";
import type { CallsOf } from "./calls.js";
import { objectIn, writtenIn } from "./read-answer.js";
import { type FromWire, fromWire, toWire } from "./wire-names.js";

type WireEmail = components["schemas"]["InboundEmail"];

/** Members whose content belongs to the e-mail and is not renamed. */
const freeMembers = ["headers", "attachments", "raw_payload"] as const;

/** An e-mail that the extension received. Which members Kiket requires is not known. */
export type InboundEmail = Omit<FromWire<WireEmail, (typeof freeMembers)[number]>, "headers"> & {
  readonly headers?: Readonly<Record<string, unknown>> | readonly unknown[] | string | null;
};

/** What Kiket answers to an e-mail. It is not checked, since the e-mail has arrived: members may be missing. */
export interface InboundEmailReceipt {
  readonly id?: components["schemas"]["Id"];
  readonly status?: string;
}

/** The public address of an action of the extension. A request to it arrives as the event `external.webhook.<action>`. */
export interface WebhookUrl {
  /** `null` if the action has no public address. */
  readonly webhookUrl: string | null;
  /** The token in the path of the address: who knows the address can send requests. */
  readonly webhookToken?: string;
  /** The address without the action. Not every version of Kiket answers it. */
  readonly webhookBaseUrl?: string | null;
}

// See facts 255 to 257.
/**
 * Public addresses of the extension, and e-mail that it receives.
 * @typeParam Action the actions of the extension. Default: any.
 */
export interface InboundEmailEndpoint<Action extends string = string> {
  /** The public address of an action, to which third parties can send requests. */
  webhookUrl(action: Action): Promise<WebhookUrl>;
  /** Sends a received e-mail to Kiket. */
  createInboundEmail(email: InboundEmail): Promise<InboundEmailReceipt>;
}

const webhookUrlPath = "/api/v1/ext/webhook_url";
const emailsPath = "/api/v1/ext/inbound_emails";

export const inboundEmailCalls: CallsOf<InboundEmailEndpoint> = {
  webhookUrl: [`get ${webhookUrlPath}`],
  createInboundEmail: [`post ${emailsPath}`],
};

export function createInboundEmailEndpoint(api: ApiClient): InboundEmailEndpoint {
  return {
    async webhookUrl(action) {
      const { data } = await api.GET(webhookUrlPath, { params: { query: { action_name: action } } });
      type Wire = {
        readonly webhook_url: string | null;
        readonly webhook_token?: string;
        readonly webhook_base_url?: string | null;
      };
      return fromWire(objectIn<Wire>(data, "webhook URL", "webhook_url"));
    },
    async createInboundEmail(email) {
      const inbound_email = toWire<WireEmail, (typeof freeMembers)[number]>(
        email as FromWire<WireEmail, (typeof freeMembers)[number]>,
        freeMembers,
      );
      const { data } = await api.POST(emailsPath, { body: { inbound_email } });
      return fromWire(writtenIn<InboundEmailReceipt>(data, "id"));
    },
  };
}
