import { type Imported, type, value } from "../printer.js";

/** The package entry for generated code only. */
export const codegenEntry: string = "kiket-gen/codegen";

type CodegenName =
  | "AdapterOptions"
  | "assemble"
  | "bindHandler"
  | "bindNormalizer"
  | "bindOrigin"
  | "BoundDefineHandler"
  | "BoundDefineNormalizer"
  | "BoundExtensionOptions"
  | "CatchAll"
  | "CatchAllOptions"
  | "CustomDataDefinition"
  | "Envelope"
  | "Extension"
  | "ExtensionTypes"
  | "Handler"
  | "HandlerContext"
  | "Id"
  | "JoinedNormalizers"
  | "joinNormalizers"
  | "JsonValue"
  | "MissingCalls"
  | "NamedNormalizer"
  | "NoMembers"
  | "OpenTableClient"
  | "RawEvent"
  | "RawEventOrigin"
  | "ReceiverTypes"
  | "SecretDefinitions"
  | "SettingDefinitions"
  | "TableClient";

/** Every name of the runtime that generated code uses; a contract test compares this table with the runtime. */
export const codegen: Readonly<Record<CodegenName, Imported>> = {
  AdapterOptions: type("AdapterOptions", codegenEntry),
  assemble: { ...value("createExtension", codegenEntry), alias: "assemble" },
  bindHandler: value("bindHandler", codegenEntry),
  bindNormalizer: value("bindNormalizer", codegenEntry),
  bindOrigin: value("bindOrigin", codegenEntry),
  BoundDefineHandler: type("BoundDefineHandler", codegenEntry),
  BoundDefineNormalizer: type("BoundDefineNormalizer", codegenEntry),
  BoundExtensionOptions: type("BoundExtensionOptions", codegenEntry),
  CatchAll: type("CatchAll", codegenEntry),
  CatchAllOptions: type("CatchAllOptions", codegenEntry),
  CustomDataDefinition: type("CustomDataDefinition", codegenEntry),
  Envelope: type("Envelope", codegenEntry),
  Extension: type("Extension", codegenEntry),
  ExtensionTypes: type("ExtensionTypes", codegenEntry),
  Handler: type("Handler", codegenEntry),
  HandlerContext: type("HandlerContext", codegenEntry),
  Id: type("Id", codegenEntry),
  JoinedNormalizers: type("JoinedNormalizers", codegenEntry),
  joinNormalizers: value("joinNormalizers", codegenEntry),
  JsonValue: type("JsonValue", codegenEntry),
  MissingCalls: type("MissingCalls", codegenEntry),
  NoMembers: type("NoMembers", codegenEntry),
  NamedNormalizer: type("NamedNormalizer", codegenEntry),
  OpenTableClient: type("OpenTableClient", codegenEntry),
  RawEvent: type("RawEvent", codegenEntry),
  RawEventOrigin: type("RawEventOrigin", codegenEntry),
  ReceiverTypes: type("ReceiverTypes", codegenEntry),
  SecretDefinitions: type("SecretDefinitions", codegenEntry),
  SettingDefinitions: type("SettingDefinitions", codegenEntry),
  TableClient: type("TableClient", codegenEntry),
};

/** Names that an event module re-exports, so that a stub needs only one import. */
export const reexported: readonly string[] = ["allow", "deny", "notImplemented", "pending"];

/** A name that the module of an event about an issue or a case re-exports as well. */
export const subjectName: string = "subject";

/** The function that `main.ts` of an extension calls. */
export const run: Imported = value("run", "kiket-gen/runtime/node");

/** The package entry that only tests import. */
const testingEntry = "kiket-gen/testing";

/** Every name that generated code imports from it; a contract test compares this table with the entry. */
export const testing: Readonly<
  Record<
    | "bindPayloads"
    | "bindTestAdapter"
    | "bindTestExtension"
    | "EventSamples"
    | "TypedCreateTestAdapter"
    | "TypedCreateTestExtension"
    | "TypedPayloadOf",
    Imported
  >
> = {
  bindPayloads: value("bindPayloads", testingEntry),
  bindTestAdapter: value("bindTestAdapter", testingEntry),
  bindTestExtension: value("bindTestExtension", testingEntry),
  EventSamples: type("EventSamples", testingEntry),
  TypedCreateTestAdapter: type("TypedCreateTestAdapter", testingEntry),
  TypedCreateTestExtension: type("TypedCreateTestExtension", testingEntry),
  TypedPayloadOf: type("TypedPayloadOf", testingEntry),
};

/** The function that `main.ts` of an evidence adapter calls. */
export const runAdapter: Imported = value("runAdapter", "kiket-gen/runtime/node");
