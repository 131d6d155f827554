import { docblock, stringLiteral } from "../../base/literals.js";
import { eventVariableName } from "../../base/naming.js";
import type { OperationRecord } from "../../contracts/operations.js";
import type { EventModel, Model } from "../../model/model.js";
import type { Layout } from "../../project/layout.js";
import { paths } from "../plan.js";
import { code, type Fragment, local } from "../printer.js";
import { renderMissing } from "./missing-permissions.js";
import { codegen } from "./runtime-names.js";

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
  const doc = docblock(["The types that the manifest gives to a handler's context."]);
  const alias = docblock(["The type of a handler's context, for functions that several handlers share."]);
  return code`${renderMissing(model, operations)}
${doc}export interface Extension extends ${codegen.ExtensionTypes} {
  readonly scope: ${scope};
  readonly settings: ${settings};
  readonly secret: ${secret};
  readonly customData: ${customData};
  readonly missing: Missing;
${ownApi ? code`  readonly paths: ${local("type", "paths", paths.api(layout))};\n` : ""}}

${alias}export type Context = ${codegen.HandlerContext}<Extension>;
`;
}

function handlerKey(event: EventModel): string {
  return stringLiteral(`${event.name}@${event.version}`);
}

function handlerType(event: EventModel): Fragment {
  const identity = `${stringLiteral(event.name)}, ${stringLiteral(event.version)}`;
  return code`  readonly ${handlerKey(event)}: ${codegen.Handler}<${identity}>;\n`;
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

/** Connects the handlers to the events. If an event has no handler, the generated code does not compile. */
export function renderExtension(model: Model, layout: Layout): Fragment {
  const settingDefinitions = local("value", "settingDefinitions", paths.settings(layout));
  const settings = local("type", "Settings", paths.settings(layout));
  const secretDefinitions = local("value", "secretDefinitions", paths.settings(layout));
  const secretName = local("type", "SecretName", paths.settings(layout));
  const customData = local("value", "customDataDefinition", paths.customData(layout));
  return [
    docblock(["The handlers of this extension, by event and version."]),
    "export type Handlers = {\n",
    model.events.map(handlerType),
    "};\n\nexport const handlers: Handlers = {\n",
    model.events.map((event) => handlerEntry(event, layout)),
    "};\n\n",
    docblock(["Options of this extension, all optional. Settings passed here override those of every other source."]),
    code`export interface Options extends Omit<${codegen.ExtensionOptions}, "handlers" | "settings" | "secrets"> {\n  readonly settings?: Partial<${settings}>;\n  readonly secrets?: Readonly<Partial<Record<${secretName}, string>>>;\n}\n\n`,
    docblock(["Creates the extension: handlers, settings, secrets and custom data as the manifest declares them."]),
    code`export function createExtension(options: Options = {}): ${codegen.Extension} {
  return ${codegen.assemble}({
${identity(model)}    ${settingDefinitions},
    ${secretDefinitions},
    customData: ${customData},
    ...options,
    handlers,
  });
}
`,
  ];
}
