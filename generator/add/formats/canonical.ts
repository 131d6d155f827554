import { isSameVersion } from "../../base/event-version.js";
import { refuse } from "../../base/refusal.js";
import { accessAddition, type Existing } from "../../manifest/additions.js";
import { readHooks } from "../../manifest/event-sources.js";
import type { Addition } from "../../yaml/insert.js";
import { child, type MapNode, mapAt, mapsAt, namesAt, textAt } from "../../yaml/node.js";
import type {
  CommandRequest,
  EventRequest,
  Request,
  SecretRequest,
  SettingRequest,
  TableRequest,
} from "../parse-request.js";
import { type Additions, addScope, declared, given, ignore, nothing } from "./additions.js";
import { settingType } from "./setting-type.js";

function extensionOf({ root }: Existing): MapNode | undefined {
  return mapAt(root, "extension", ignore);
}

/** A hook. If the manifest lists activation events, the event is added there too: both lists should name the same events. */
function addEvent({ name, version, template }: EventRequest, existing: Existing): Additions {
  const { model } = existing;
  const extension = extensionOf(existing);
  const wanted = version ?? model.apiVersion;
  const hooks = readHooks(extension, ignore).filter((hook) => hook.name === name);
  if (hooks.some((hook) => isSameVersion(hook.version ?? model.apiVersion, wanted))) return nothing;
  if (template !== undefined && !model.settings.some(({ key }) => key === template)) {
    const hint = `add it first: kiket-gen add setting ${template} --type template`;
    return refuse(`there is no configuration key "${template}"`, hint);
  }
  const own = isSameVersion(wanted, model.apiVersion) ? undefined : version;
  const hook: Addition = { path: ["extension", "hooks"], value: given({ event: name, version: own, template }) };
  const list = ["activationEvents", "activation_events"].find((key) => child(extension, key)?.kind === "list");
  const woken = list !== undefined && namesAt(extension, list, ignore).some((event) => event.name === name);
  if (list === undefined || woken) return { additions: [hook] };
  return { additions: [{ path: ["extension", list], value: name }, hook] };
}

/** The extension's own, from its id. */
function namespaceOf({ model }: Existing): string {
  return model.id?.split(".").at(-1) || "acme";
}

function addCommand({ name, title, description, category }: CommandRequest, existing: Existing): Additions {
  const commands = mapsAt(mapAt(extensionOf(existing), "contributes", ignore), "commands", ignore);
  if (commands.some((command) => textAt(command, "command", ignore) === name)) return nothing;
  if (!name.includes("."))
    return refuse(`"${name}" has no namespace`, `use a name like ${namespaceOf(existing)}.${name}`);
  const handler = { type: "extension_event", event: name };
  const value = { ...given({ command: name, title, description, category }), handler };
  return { additions: [{ path: ["extension", "contributes", "commands"], value }] };
}

/** Secrets are in `configuration`, unless the manifest has a list `secrets`. */
function addSecret({ key, label, description, required }: SecretRequest, existing: Existing): Additions {
  const known = declared("secret", key, existing);
  if (known !== undefined) return known;
  const extension = extensionOf(existing);
  const needed = required || undefined;
  if (child(extension, "secrets")?.kind === "list") {
    const value = given({ key, label, description, required: needed });
    return { additions: [{ path: ["extension", "secrets"], value }] };
  }
  const value = given({ type: "string", secret: true, required: needed, label, description });
  return { additions: [{ path: ["extension", "configuration"], key, value }] };
}

/** Defaults are text, as in every known manifest of this format (fact 550). */
function addSetting(setting: SettingRequest, existing: Existing): Additions {
  const known = declared("setting", setting.key, existing);
  if (known !== undefined) return known;
  const { default: value, label, description, options } = setting;
  const plain = given({ type: settingType(setting), default: value, required: setting.required || undefined });
  const offered = options.length === 0 ? {} : { options: options.map((option) => ({ value: option, label: option })) };
  const entry = { ...plain, ...given({ label, description }), ...offered };
  return { additions: [{ path: ["extension", "configuration"], key: setting.key, value: entry }] };
}

/** Access to the module. The table itself is added to the file of the module. */
function addAccess({ module, operations }: TableRequest, { model }: Existing): Additions {
  const granted = model.customData.some(({ id, operations: has }) => id === module && has.length > 0);
  if (granted) return nothing;
  return { additions: [accessAddition(model, module, operations)] };
}

/** What a request adds to a canonical manifest. */
export function canonicalAdditions(request: Request, existing: Existing): Additions {
  switch (request.kind) {
    case "event":
      return addEvent(request, existing);
    case "command":
      return addCommand(request, existing);
    case "secret":
      return addSecret(request, existing);
    case "setting":
      return addSetting(request, existing);
    case "scope":
      return addScope(request, existing);
    case "table":
      return addAccess(request, existing);
  }
}
