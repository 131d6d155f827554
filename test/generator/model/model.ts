import type {
  ColumnModel,
  EventModel,
  Model,
  ModuleModel,
  Position,
  SettingModel,
} from "../../../generator/model/model.js";

export const at: Position = { file: "extension.yaml", line: 1, column: 1 };

export function event(name: string, over: Partial<EventModel> = {}): EventModel {
  return {
    name,
    version: "v1",
    origins: ["hooks"],
    description: undefined,
    parameters: [],
    template: undefined,
    at,
    ...over,
  };
}

export function setting(key: string, over: Partial<SettingModel> = {}): SettingModel {
  return {
    key,
    type: "string",
    declaredType: "string",
    default: undefined,
    required: false,
    options: [],
    label: undefined,
    description: undefined,
    variables: [],
    at,
    ...over,
  };
}

export function column(name: string, over: Partial<ColumnModel> = {}): ColumnModel {
  return {
    name,
    type: "string",
    nullable: true,
    default: undefined,
    generated: false,
    unique: false,
    length: undefined,
    precision: undefined,
    scale: undefined,
    description: undefined,
    at,
    ...over,
  };
}

export function module(id: string, over: Partial<ModuleModel> = {}): ModuleModel {
  return { id, operations: ["read"], schema: `${id}.yml`, description: undefined, tables: [], at, ...over };
}

export function model(over: Partial<Model> = {}): Model {
  return {
    format: "canonical",
    manifest: "extension.yaml",
    id: "com.example.crm",
    name: "CRM",
    version: "1.2.0",
    description: undefined,
    apiVersion: "v1",
    events: [],
    scopes: [],
    settings: [],
    secrets: [],
    customData: [],
    ...over,
  };
}
