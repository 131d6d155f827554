import type { components } from "../api.gen.js";
import type { ApiClient } from "../client.js";
import type { CallsOf } from "./calls.js";
import { objectIn } from "./read-answer.js";
import { type FromWire, fromWire, toWire } from "./wire-names.js";

type WireEmail = components["schemas"]["InboundEmail"];

/** The e-mail's own data. */
const freeData = ["headers", "attachments", "raw_payload"] as const;

/** An e-mail that the extension received (wire contract §2.10). Which members Kiket needs is not recorded. */
export type InboundEmail = Omit<FromWire<WireEmail, (typeof freeData)[number]>, "headers"> & {
  readonly headers?: Readonly<Record<string, unknown>> | readonly unknown[] | string | null;
};

export interface InboundEmailReceipt {
  readonly id?: components["schemas"]["Id"];
  readonly status?: string;
}

/** Where a third party reaches an action of the extension; what it posts arrives as `external.webhook.<action>`. */
export interface WebhookUrl {
  readonly webhookUrl: string;
  readonly webhookToken?: string;
}

/** Wire contract §2.10. */
export interface InboundEmailEndpoint {
  /** Where a third party reaches an action of this extension. */
  webhookUrl(action: string): Promise<WebhookUrl>;
  /** Hands in an e-mail that the extension received. */
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
      type Wire = { readonly webhook_url: string; readonly webhook_token?: string };
      return fromWire(objectIn<Wire>(data, "webhook URL", "webhook_url"));
    },
    async createInboundEmail(email) {
      const inbound_email = toWire<WireEmail, (typeof freeData)[number]>(
        email as FromWire<WireEmail, (typeof freeData)[number]>,
        freeData,
      );
      const { data } = await api.POST(emailsPath, { body: { inbound_email } });
      return data === undefined ? {} : fromWire(data);
    },
  };
}
