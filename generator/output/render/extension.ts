import { docblock, propertyName, stringLiteral, unionOf } from "../../base/literals.js";
import { compare, eventVariableName } from "../../base/naming.js";
import { lackingFor, type OperationRecord } from "../../contracts/operations.js";
import { webhookAction } from "../../model/event-origin.js";
import type { EventModel, Model, ReceiverModel } from "../../model/model.js";
import type { Layout } from "../../project/layout.js";
import { paths } from "../plan.js";
import { code, type Fragment, local } from "../printer.js";
import { eventPathsOf } from "./event-paths.js";
import { codegen } from "./runtime-names.js";

/** The permissions that the manifest lacks. The runtime's types turn them into the calls that do not compile. */
function missingPermissions(model: Model, operations: readonly OperationRecord[]): Fragment {
  const lacking = [...lackingFor(model, operations)].sort(([a], [b]) => compare(a, b));
  const doc = docblock([
    "Permissions that the manifest does not declare, by Kiket's name of the scope. A call that needs one does not compile.",
  ]);
  if (lacking.length === 0) return code`${doc}export type MissingPermissions = ${codegen.NoMembers};\n`;
  const members = lacking.map(
    ([scope, permission]) => `  readonly ${propertyName(scope)}: ${stringLiteral(permission)};\n`,
  );
  return [doc, "export interface MissingPermissions {\n", members, "}\n"];
}

/** The types that bind every handler to this extension. */
export function renderContext(
  model: Model,
  operations: readonly OperationRecord[],
  layout: Layout,
  ownApi: boolean,
): Fragment {
  const scope = local("type", "Scope", paths.scopes(layout));
  const settings = local("type", "Settings", paths.settings(layout));
  const secret = local("type", "SecretName", paths.settings(layout));
  const customData = local("type", "CustomData", paths.customData(layout));
  // Without a webhook in the manifest, every action is allowed.
  const actions = [...new Set(model.events.flatMap(({ name }) => webhookAction(name) ?? []))];
  const doc = docblock(["The types that the manifest gives to a handler's context."]);
  const alias = docblock(["The type of a handler's context, for functions that several handlers share."]);
  return code`${missingPermissions(model, operations)}
${doc}export interface Extension extends ${codegen.ExtensionTypes} {
  readonly scope: ${scope};
  readonly settings: ${settings};
  readonly secret: ${secret};
  readonly customData: ${customData};
  readonly missing: ${codegen.MissingCalls}<MissingPermissions${ownApi ? code`, ${local("type", "CallScopes", paths.api(layout))}` : ""}>;
${ownApi ? code`  readonly paths: ${local("type", "paths", paths.api(layout))};\n` : ""}${actions.length > 0 ? `  readonly webhookAction: ${unionOf(actions)};\n` : ""}}

${alias}export type Context = ${codegen.HandlerContext}<Extension>;
`;
}

/** The same types for every receiver of webhooks: it has no token, and declares nothing but events. */
export function renderReceiverContext(): Fragment {
  const doc = docblock([
    "The types of a handler's context. A webhook brings no runtime token, so nothing in it calls Kiket.",
  ]);
  const alias = docblock(["The type of a handler's context, for functions that several handlers share."]);
  return code`${doc}export type Extension = ${codegen.ReceiverTypes};

${alias}export type Context = ${codegen.HandlerContext}<Extension>;
`;
}

function handlerKey(event: EventModel): string {
  return stringLiteral(`${event.name}@${event.version}`);
}

function handlerType(event: EventModel): Fragment {
  const identity = `${stringLiteral(event.name)}, ${stringLiteral(event.version)}`;
  return code`  ${handlerKey(event)}: ${codegen.Handler}<${identity}>;\n`;
}

function handlerEntry(event: EventModel, layout: Layout): Fragment {
  const handler = local("default", eventVariableName(event.name, event.version), paths.stub(layout, event));
  return code`  ${handlerKey(event)}: ${handler},\n`;
}

function identity(model: Model): string {
  const id = model.id === undefined ? "" : `    extensionId: ${stringLiteral(model.id)},\n`;
  const version = model.version === undefined ? "" : `    extensionVersion: ${stringLiteral(model.version)},\n`;
  return id + version;
}

function eventPaths({ events }: Model): string {
  const entries = eventPathsOf(events).map(([path, names]) => {
    const literals = names.map(stringLiteral).join(", ");
    return `      ${stringLiteral(path)}: ${names.length === 1 ? literals : `[${literals}]`},\n`;
  });
  // After the options: one that is undefined, such as a variable that is not set, means the default.
  return entries.length === 0 ? "" : `    eventPaths: options.eventPaths ?? {\n${entries.join("")}    },\n`;
}

function creation(model: Model, layout: Layout): Fragment {
  const settingDefinitions = local("value", "settingDefinitions", paths.settings(layout));
  const secretDefinitions = local("value", "secretDefinitions", paths.settings(layout));
  const customData = local("value", "customDataDefinition", paths.customData(layout));
  const doc = docblock([
    "Creates the extension: handlers, settings, secrets and custom data as the manifest declares them.",
  ]);
  return code`${doc}export function createExtension(options: Options = {}): ${codegen.Extension} {
  return ${codegen.assemble}({
${identity(model)}    ${settingDefinitions},
    ${secretDefinitions},
    customData: ${customData},
    ...options,
${eventPaths(model)}    handlers,
  });
}
`;
}

/** `auth` comes last: without a token, the signature is the only proof of where a delivery comes from. */
function receiverCreation({ events }: Model, { path }: ReceiverModel): Fragment {
  const names = [...new Set(events.map(({ name }) => name))].map((name) => `${stringLiteral(name)}, `).join("");
  const registration = docblock([
    "What to register with Kiket: `POST /api/v1/webhooks` takes these events, and a URL that ends with this path.",
  ]);
  const doc = docblock([
    "Creates the receiver. It takes deliveries that are signed with the secret in `webhookSecrets`, else in `KIKET_WEBHOOK_SECRET`.",
  ]);
  return code`${registration}export const registration = {
  path: ${stringLiteral(path)},
  events: [${names.slice(0, -2)}],
} as const;

${doc}export function createExtension(options: Options = {}): ${codegen.Extension} {
  return ${codegen.assemble}({
    ...options,
    webhookPath: options.webhookPath ?? registration.path,
    auth: "hmac",
    handlers,
  });
}
`;
}

/** Connects the handlers to the events. If an event has no handler, the generated code does not compile. */
export function renderExtension(model: Model, layout: Layout): Fragment {
  const types = { ...local("type", "Extension", paths.context(layout)), alias: "Types" };
  const options = code`${codegen.BoundExtensionOptions}<${types}>`;
  const { receiver } = model;
  return [
    docblock(["The handlers of this extension, by event and version."]),
    model.events.length === 0
      ? code`export type Handlers = ${codegen.NoMembers};\n\n`
      : ["export type Handlers = Readonly<{\n", model.events.map(handlerType), "}>;\n\n"],
    docblock(["The handlers themselves."]),
    "export const handlers: Handlers = {\n",
    model.events.map((event) => handlerEntry(event, layout)),
    "};\n\n",
    docblock(["Options of this extension, all optional."]),
    code`export type Options = ${receiver === undefined ? options : code`Omit<${options}, "auth">`};\n\n`,
    receiver === undefined ? creation(model, layout) : receiverCreation(model, receiver),
  ];
}
