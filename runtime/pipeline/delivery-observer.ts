import type { Config } from "../config/config.js";
import type { VerifiedDelivery } from "../verify/verify-origin.js";

/** Is told of the deliveries of an extension. It must not throw, and nothing waits for it. */
export interface DeliveryObserver {
  /** A delivery whose origin is proved and whose version is known, before its handler runs. An attempt that is repeated counts too. */
  verified(delivery: VerifiedDelivery, version: string, config: Config): void;
  /** The extension is closed. Resolves when nothing is left to do. */
  close(): Promise<void>;
}
