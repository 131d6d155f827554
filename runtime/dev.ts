// For the commands of the generator. Its functions may change with every version.
export type { DeliveryContent } from "./dev/content.js";
export { openDevKiket } from "./dev/dev-kiket.js";
export type {
  CodeUse,
  DevKiket,
  DevKiketOptions,
  DevProject,
  DevSetting,
  DevStorage,
  DevTarget,
  DevVariable,
  FileUse,
  NewSeeds,
  TestFiles,
  TestRefusal,
} from "./dev/options.js";
export type { TestMaterial } from "./dev/saved-test/test-material.js";
export {
  type ColumnProblem,
  type FittedRecord,
  fitRecord,
} from "./platform/custom-data/table-rules.js";
export type { TableSeed } from "./platform/custom-data/table-seed.js";
export type {
  BuildRecord,
  DevChange,
  DevEvent,
  DevState,
  InspectorBackend,
  PayloadProblem,
  ReplayRequest,
  SearchHit,
  SendRequest,
} from "./platform/inspector/backend.js";
export type {
  DataCollection,
  DataColumn,
  DataEdit,
  DataProblem,
  DataRow,
  DataRows,
  InspectedData,
} from "./platform/inspector/data-view.js";
export type {
  AttemptRecord,
  AttemptSummary,
  CallRecord,
  DeliveryOrigin,
  DeliveryRecord,
  DeliveryState,
  DeliverySummary,
  LogLine,
  StageRecord,
} from "./platform/inspector/delivery-record.js";
export { RequestProblem } from "./platform/inspector/request-problem.js";
export type { SavedTests, SaveTestRequest, TestPlan } from "./platform/inspector/saved-test.js";
export type {
  DeclaredScope,
  HandlerScopes,
  MissingScope,
  ScopeReport,
  ScopeUse,
} from "./platform/inspector/scope-report.js";
export type {
  ClockRequest,
  FaultKind,
  FaultRecord,
  FaultRequest,
  Flaw,
  TroubleMaker,
  TroubleState,
} from "./platform/inspector/trouble.js";
export { type EventSample, payloadOf } from "./testing/payloads.js";
