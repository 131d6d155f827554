import type { Probe } from "../probe.js";
import { deliveryProbes, firstDeliveryProbes, keyProbes, lastDeliveryProbes } from "./delivery-probes.js";
import { requestProbes } from "./request-probes.js";
import { signatureProbes } from "./signature-probes.js";
import { tokenProbes } from "./token-probes.js";

/** All that is tried, in this order. */
export const receiverProbes: readonly Probe[] = [
  ...firstDeliveryProbes,
  ...requestProbes,
  ...tokenProbes,
  ...signatureProbes,
  ...deliveryProbes,
  ...lastDeliveryProbes,
  ...keyProbes,
];
