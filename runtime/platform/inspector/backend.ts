import type { JsonObject } from "../../base/json.js";
import type { InspectedData } from "./data-view.js";
import type { DeliveryOrigin, DeliveryRecord, DeliverySummary } from "./delivery-record.js";
import type { SavedTests } from "./saved-test.js";
import type { ScopeReport } from "./scope-report.js";
import type { Flaw, TroubleMaker, TroubleState } from "./trouble.js";

/** An event that the project handles, with what is needed to send it. */
export interface DevEvent {
  readonly name: string;
  readonly version: string;
  /** A payload, from the event's schema or the project's own. */
  readonly sample: JsonObject;
  /** JSON Schema of the payload, if there is one. */
  readonly schema?: JsonObject;
  /** How sure the shape is, in one word: `fixture`, `read`, `documented`, `guessed` or `none`. */
  readonly confidence: string;
}

/** One build of the extension, whether it started or not. */
export interface BuildRecord {
  /** From 1, counted by one command. */
  readonly number: number;
  readonly at: number;
  /** What made it necessary, such as `src/handlers/issue.created.v1.ts changed`. */
  readonly reason: string;
  /** Milliseconds until it listened; absent if it never did. */
  readonly ms?: number;
  /** Why it does not listen. With `ms`: why it has ended since. */
  readonly error?: string;
}

/** What `GET /api/state` answers. */
export interface DevState {
  readonly kind: "extension" | "adapter" | "receiver";
  readonly name: string;
  /** Addresses without a slash at the end. */
  readonly inspector: string;
  readonly kiket: string;
  /** Absent while the extension does not listen, and for an adapter. */
  readonly extension?: string;
  /** The number of the build that takes deliveries; absent while none does. */
  readonly running?: number;
  readonly builds: readonly BuildRecord[];
  /** Without samples and schemas. */
  readonly events: readonly Pick<DevEvent, "name" | "version" | "confidence">[];
  /** What a delivery's token has if nothing else is asked for. */
  readonly scopes: readonly string[];
  /** Names of the declared secrets. */
  readonly secrets: readonly string[];
  readonly trouble: TroubleState;
  /** How long Kiket waits before each repetition of a delivery, in milliseconds, and by what these waits are divided here. */
  readonly retries: { readonly schedule: readonly number[]; readonly compression: number };
}

/** Where a text was found in a delivery. */
export interface SearchHit {
  /** Of the delivery. */
  readonly id: string;
  /** The member of the payload, with dots; absent for an error, or a line of the log. */
  readonly path?: string;
  /** What is there, around the first place of the text, in one line and shortened. */
  readonly text: string;
}

/** A delivery to send: the body of `POST /api/deliveries`. */
export interface SendRequest {
  readonly event: string;
  /** Default: the version that the project declares, the highest if there are several. */
  readonly version?: string;
  /** The whole payload. Default: the event's sample. */
  readonly payload?: JsonObject;
  /** Laid over the payload: values by path, such as `issue.title`. A path that fits nothing is an error. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** Default: those that the manifest declares. */
  readonly scopes?: readonly string[];
  /** Default: those that the local Kiket keeps. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Names of those that it keeps and that come along with `secrets`. Default: none. One that it does not have is left out. */
  readonly keptSecrets?: readonly string[];
  /** Signed with the webhook secret instead of a runtime token. */
  readonly hmac?: boolean;
  /** What is wrong with it on purpose. Default: nothing. Not for an adapter, which gets no deliveries. */
  readonly flaw?: Flaw;
  readonly origin?: DeliveryOrigin;
}

/** A delivery to repeat: the body of `POST /api/replays`. Exactly one of `id` and `recording` is there. */
export interface ReplayRequest {
  /** The id of a delivery, or `last`. */
  readonly id?: string;
  /** The parsed file of a recording. */
  readonly recording?: unknown;
  readonly secrets?: Readonly<Record<string, string>>;
}

/** A member in which a payload differs from its schema. */
export interface PayloadProblem {
  /** `missing`: it is required. `unknown`: the schema does not name it; Kiket may add members, so this is a note. `wrong`: anything else. */
  readonly kind: "missing" | "unknown" | "wrong";
  /** With dots, such as `issue.title`; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** A delivered payload beside the schema of its event: what `GET /api/deliveries/<id>/problems` answers. */
export interface SchemaComparison {
  /** False if the event has no schema, or the project handles it no longer: then nothing is known to be wrong. */
  readonly hasSchema: boolean;
  /** The first hundred. */
  readonly problems: readonly PayloadProblem[];
}

/** What has changed, as the terminal and the page are told. */
export type DevChange =
  /** A new delivery, or a new state of one. */
  | { readonly kind: "delivery"; readonly delivery: DeliverySummary }
  /** An attempt has more calls, lines or stages: its delivery can be read again. Many of them are told at once. */
  | { readonly kind: "progress"; readonly id: string }
  /** An attempt has ended. */
  | { readonly kind: "attempt"; readonly delivery: DeliveryRecord }
  /** A build listens, failed, or is stopped. */
  | { readonly kind: "build"; readonly build: BuildRecord }
  | { readonly kind: "state"; readonly state: DevState }
  /** A fault was injected or cleared, or has affected a request. */
  | { readonly kind: "faults"; readonly trouble: TroubleState }
  /** Data of the local Kiket have changed. Told at most every half second. */
  | { readonly kind: "data" };

/** What the inspector shows and does. Its functions throw a `RequestProblem` for a request that cannot be done. */
export interface InspectorBackend {
  /** Answered by `GET /api/launch`: who has the state of this launch can tell that this process is the one. */
  readonly launchId: string;
  state(): DevState;
  /** The newest first. */
  deliveries(): readonly DeliverySummary[];
  delivery(id: string): DeliveryRecord | undefined;
  /**
   * Deliveries with this text in a member of the payload, in its name, in an error, or in a warning or error of the log; upper and lower case
   * are the same. What a summary has is not searched.
   */
  search(text: string): readonly SearchHit[];
  /**
   * A command of a POSIX shell that sends the same payload by `kiket-gen trigger`. Whatever the payload is, it runs nothing else.
   * Undefined if the delivery is not known.
   */
  triggerCommand(id: string): string | undefined;
  /** Resolves when the first attempt has ended. */
  send(request: SendRequest): Promise<DeliveryRecord>;
  /** Resolves when the first attempt has ended. */
  replay(request: ReplayRequest): Promise<DeliveryRecord>;
  event(name: string, version: string): DevEvent | undefined;
  check(name: string, version: string, payload: unknown): readonly PayloadProblem[];
  readonly trouble: TroubleMaker;
  /** May read the code first, which takes a second. */
  scopes(): Promise<ScopeReport>;
  /** Absent where no command owns the project's files. */
  readonly tests?: SavedTests;
  readonly data: InspectedData;
  /** Returns a function that ends it. */
  subscribe(listener: (change: DevChange) => void): () => void;
}
