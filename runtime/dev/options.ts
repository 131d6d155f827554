import type {
  BuildRecord,
  DevChange,
  DevEvent,
  InspectorBackend,
  PayloadProblem,
} from "../platform/inspector/backend.js";
import type { DeliveryRecord } from "../platform/inspector/delivery-record.js";
import type { TestPlan } from "../platform/inspector/saved-test.js";
import type { PlatformSeed } from "../platform/operations/index.js";
import type { SettingDefinition } from "../values/settings.js";
import type { TestMaterial } from "./saved-test/test-material.js";

/** A setting that the manifest declares. */
export interface DevSetting extends SettingDefinition {
  readonly key: string;
  readonly description?: string;
}

/** A variable in the environment of the extension. */
export interface DevVariable {
  readonly value: string;
  /** Where it comes from: `environment`, or a file such as `.env`. */
  readonly from: string;
}

type RecordSeeds = NonNullable<PlatformSeed["records"]>;

/** The seeds of tables for which a project has other ones since a change. */
export interface NewSeeds {
  /** Those of tables without records, which have them now. */
  readonly loaded: RecordSeeds;
  /** Those of tables that have records, which stay as they are. */
  readonly unused: RecordSeeds;
}

/** What the local Kiket must know of the project, as plain data. The command reads it from the manifest. */
export interface DevProject {
  readonly kind: "extension" | "adapter" | "receiver";
  /** For the state that the page shows. */
  readonly name: string;
  readonly events: readonly DevEvent[];
  /** The scopes of a delivery's token. */
  readonly scopes: readonly string[];
  /** Names of the declared secrets. */
  readonly secrets: readonly string[];
  /** The declared settings. Default: none. */
  readonly settings?: readonly DevSetting[];
  /** The path of a receiver of webhooks. */
  readonly path?: string;
  /** Of an adapter. */
  readonly sourceSystem?: string;
  /** Data of the modules' seed files, for tables that have no record yet; tables with their rules. */
  readonly seed: PlatformSeed;
}

/** Where the state is kept, by plain names such as `kiket.json`. The command owns the files. */
export interface DevStorage {
  /** Undefined if there is none, or none that this user wrote. */
  read(name: string): Promise<string | undefined>;
  /** Replaces it at once, or not at all. */
  write(name: string, text: string): Promise<void>;
  remove(name: string): Promise<void>;
}

/** Why a test cannot be written, and the way out. */
export interface TestRefusal {
  /** 409: the project or its files do not allow it. 422: the name does not. */
  readonly status: 409 | 422;
  readonly problem: string;
  readonly hint?: string;
}

/** Writes a delivery into the project as a test. The command owns the project's files. */
export interface TestFiles {
  /** The manifest's settings, each with the variables that may have its value. */
  readonly settings: () => Readonly<Record<string, readonly string[]>>;
  /** The environment of the extension, without what `dev` sets itself. */
  readonly variables: () => Readonly<Record<string, string>>;
  /** Says what would be written. `write` creates all files or none, and says why it did not. Without a name: with one that is free. */
  prepare(
    material: TestMaterial,
    name: string | undefined,
  ): Promise<{ readonly plan: TestPlan; readonly write: () => Promise<TestRefusal | undefined> } | TestRefusal>;
}

/** What a file of the project's code uses. */
export interface FileUse {
  /** Scopes by name: of definitions, and of `requireScopes`. */
  readonly required: readonly string[];
  /** Operations in the form `get /path`. */
  readonly calls: readonly string[];
}

/** What the code of an extension uses, as far as it can be read. */
export interface CodeUse {
  /** The manifest, relative to the project. */
  readonly manifest: string;
  readonly handlers: readonly (FileUse & { readonly event: string; readonly version: string })[];
  /** Files that are no handler of one event. */
  readonly shared: readonly (FileUse & { readonly file: string })[];
  /** Why not all is known, in sentences. */
  readonly unknown: readonly string[];
  /** A scope as the manifest spells such. */
  readonly spelled: (scope: string) => string;
}

/** The options of `openDevKiket`. */
export interface DevKiketOptions {
  /** What is known of the project before its program runs. */
  readonly project: DevProject;
  /** Default: nothing is kept. */
  readonly storage?: DevStorage;
  /** The first port to try for the inspector, and for the local Kiket; each goes up while it is taken. 0: any free port. */
  readonly ports: { readonly inspector: number; readonly kiket: number };
  /** False: no inspector listens, for a command that delivers once. Default true. */
  readonly inspector?: boolean;
  /** Random, at least 128 bits each, hex. */
  readonly launchId: string;
  /** Random: who opens the inspector must know it. */
  readonly token: string;
  /** Checks a payload against the event's schema. */
  readonly check: (event: string, version: string, payload: unknown) => readonly PayloadProblem[];
  /** A command of a shell that sends the payload of a delivery again, if there is one. */
  readonly triggerCommand?: (delivery: DeliveryRecord, project: DevProject) => string | undefined;
  /** Reads what the code uses now; it never rejects. Default: only deliveries tell. */
  readonly readCode?: () => Promise<CodeUse>;
  /** Default: deliveries cannot be saved as tests. */
  readonly tests?: TestFiles;
  /** Is told everything that changes; the terminal writes it. */
  readonly onChange?: (change: DevChange) => void;
  /**
   * Is told that the clock was moved: the program must start again, with the time of `state().trouble.clockAhead`, and then be told by
   * `serveAt`. Deliveries wait until then. Default: nobody is, and deliveries go on.
   */
  readonly onClock?: () => void;
  /** Is told, in a sentence, what could not be done without being asked for, such as reading what was kept. */
  readonly warn?: (message: string) => void;
  /** A variable as the extension would get it without what a reader of the page sets. Default: there are none. */
  readonly variable?: (name: string) => DevVariable | undefined;
  /** Is called when `variables()` has changed: the extension must be started again. Default: nobody can set a variable. */
  readonly onVariables?: () => void;
  /** Divides the waits of Kiket's retry schedule. Default 60: 30 s are 0.5 s, 8 h are 8 min. */
  readonly compression?: number;
}

/** Where deliveries go: a build that listens. */
export interface DevTarget {
  /** Without a slash at the end. */
  readonly url: string;
  /** The number of the build, from 1. */
  readonly build: number;
}

/** The local Kiket of `kiket-gen dev`, with its inspector. */
export interface DevKiket extends InspectorBackend {
  /** The inspector's address, without its token; undefined without an inspector. */
  readonly inspector: string | undefined;
  /** What the page may change for the token, once: for `#ticket=…` in an address that others may see. Undefined without an inspector. */
  ticket(): string | undefined;
  /** The address of the local Kiket: `KIKET_BASE_URL` of the extension. */
  readonly kiket: string;
  /** What the extension needs in its environment: `KIKET_BASE_URL`, `KIKET_WEBHOOK_SECRET`, keys of the API; telemetry is off. */
  readonly environment: Readonly<Record<string, string>>;
  /** Variables that a reader of the page has set, by name: before those of `variable`. */
  variables(): Readonly<Record<string, string>>;
  /** Deliveries go there from now on, also those that wait. Undefined: they wait. */
  serveAt(target: DevTarget | undefined): void;
  /** Resolves when no attempt is under way, at the latest after these milliseconds. True if none is. */
  settled(within: number): Promise<boolean>;
  /** A build has started to listen, or failed to. */
  built(build: BuildRecord): void;
  /** A line that the extension wrote, as it wrote it. */
  logged(stream: "stdout" | "stderr", line: string): void;
  /** The extension has ended. Returns how many deferred deliveries waited in its memory, or ran: they are lost. */
  programEnded(): number;
  /**
   * The manifest has changed: its events, scopes, secrets and tables count from now on. Changed seeds are loaded into tables that have
   * no records. Returns them, and those that are not used.
   */
  change(project: DevProject): NewSeeds;
  /** Stores what is to be kept, and stops. */
  close(): Promise<void>;
}
