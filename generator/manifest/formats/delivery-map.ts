import type { SecretModel } from "../../model/model.js";
import { child, type MapNode, mapAt, namesAt, type Reporter } from "../../yaml/node.js";
import type { Draft } from "../assemble.js";
import { readNested } from "./nested.js";

/** `delivery.callback.secret_keys`: the secrets that the platform sends with a delivery. This format declares them nowhere else. */
function readSecretKeys(root: MapNode, report: Reporter): SecretModel[] {
  const delivery = child(mapAt(root, "extension", report), "delivery");
  const callback = delivery?.kind === "map" ? mapAt(delivery, "callback", report) : undefined;
  return namesAt(callback, "secret_keys", report).map(({ name, at }) => {
    return { key: name, required: false, label: undefined, description: undefined, at };
  });
}

/** `manifestVersion: "1.1"`: `extension.delivery` is a map, and hooks have versions. */
export function readDeliveryMap(root: MapNode, report: Reporter): Draft {
  // (fact 502)
  const { setup, ...draft } = readNested(root, report);
  const secrets = [...setup.secrets, ...readSecretKeys(root, report)];
  return { format: "canonical-1.1", ...draft, setup: { ...setup, secrets } };
}
