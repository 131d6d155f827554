import { type Imported, type, value } from "../source-file.js";

/** The package entry meant for generated code only. */
export const codegenEntry: string = "kiket-gen/codegen";

type CodegenName =
  | "assemble"
  | "bindHandler"
  | "BoundDefineHandler"
  | "CustomDataDefinition"
  | "Envelope"
  | "Extension"
  | "ExtensionOptions"
  | "ExtensionTypes"
  | "Handler"
  | "Id"
  | "JsonValue"
  | "OpenTableClient"
  | "SettingDefinitions"
  | "TableClient";

/** Every name of the runtime that generated code prints; a contract test holds this table against the runtime. */
export const codegen: Readonly<Record<CodegenName, Imported>> = {
  assemble: { ...value("createExtension", codegenEntry), alias: "assemble" },
  bindHandler: value("bindHandler", codegenEntry),
  BoundDefineHandler: type("BoundDefineHandler", codegenEntry),
  CustomDataDefinition: type("CustomDataDefinition", codegenEntry),
  Envelope: type("Envelope", codegenEntry),
  Extension: type("Extension", codegenEntry),
  ExtensionOptions: type("ExtensionOptions", codegenEntry),
  ExtensionTypes: type("ExtensionTypes", codegenEntry),
  Handler: type("Handler", codegenEntry),
  Id: type("Id", codegenEntry),
  JsonValue: type("JsonValue", codegenEntry),
  OpenTableClient: type("OpenTableClient", codegenEntry),
  SettingDefinitions: type("SettingDefinitions", codegenEntry),
  TableClient: type("TableClient", codegenEntry),
};

/** What an event module hands on, so that a stub needs one import. */
export const reexported: readonly string[] = ["allow", "deny", "notImplemented", "pending"];

/** What the scaffolded program prints. */
export const serve: Imported = value("serve", "kiket-gen/runtime/node");
