import { KiketError } from "../../base/errors.js";
import { isJsonObject, type JsonObject } from "../../base/json.js";
import type { ApiClient } from "../client.js";
import { requireExtensionId } from "./project-id.js";

/** What Kiket says of this extension, by wire names: the shape is not recorded (wire contract §2.8). */
export async function readExtension(api: ApiClient, extensionId: string | undefined): Promise<JsonObject> {
  const path = { extension_id: requireExtensionId(extensionId, "The extension's metadata needs") };
  const { data } = await api.GET("/api/v1/extensions/{extension_id}", { params: { path } });
  if (!isJsonObject(data)) throw new KiketError("Kiket's answer holds no extension.");
  return data;
}
