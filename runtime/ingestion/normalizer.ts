import { KiketError, NotImplementedError } from "../base/errors.js";
import { isStub } from "../handler/unfilled.js";
import type { NormalizedEvent, NormalizedEvidence, RawEvent } from "./types.js";

/** A raw event of one source event type. */
export interface RawEventOf<Type extends string> extends RawEvent {
  readonly sourceEventType: Type;
}

/** A normalised event with evidence of the types that the manifest declares. */
export interface NormalizedEventWith<EvidenceType extends string> extends NormalizedEvent {
  readonly evidence: readonly (NormalizedEvidence & { readonly evidenceType: EvidenceType })[];
}

/** Converts one raw event to what Kiket stores. It must be a pure function, because the same event may be converted again. */
export type Normalizer<Type extends string, EvidenceType extends string> = (
  rawEvent: RawEventOf<Type>,
) => NormalizedEventWith<EvidenceType>;

/** Converts raw events of every type that has no normaliser of its own. It must be a pure function too. */
export type CatchAll<EvidenceType extends string> = (rawEvent: RawEvent) => NormalizedEventWith<EvidenceType>;

/** The type of `defineNormalizer` in generated code. */
export type BoundDefineNormalizer<SourceEventType extends string, EvidenceType extends string> = <
  Type extends SourceEventType,
>(
  type: Type,
  normalize: Normalizer<Type, EvidenceType>,
) => NamedNormalizer<Type, EvidenceType>;

/** A normaliser together with the type of its events, so that it cannot be used for another type. */
export interface NamedNormalizer<Type extends string, EvidenceType extends string> {
  readonly type: Type;
  readonly normalize: Normalizer<Type, EvidenceType>;
}

/** Makes `defineNormalizer` for generated code. */
export function bindNormalizer<SourceEventType extends string, EvidenceType extends string>(): BoundDefineNormalizer<
  SourceEventType,
  EvidenceType
> {
  return (type, normalize) => Object.freeze({ type, normalize });
}

/**
 * Used in generated stubs that are not implemented yet.
 * @throws {NotImplementedError} always.
 */
export function notNormalized(rawEvent: RawEvent): never {
  throw new NotImplementedError(`Normalizer not implemented: ${rawEvent.sourceEventType}`);
}

/** A normaliser of any type. */
export interface AnyNormalizer {
  readonly type: string;
  readonly normalize: (rawEvent: never) => NormalizedEvent;
}

/** The options of `createAdapter` in generated code. */
export interface AdapterOptions<EvidenceType extends string = string> {
  /** Default: an event of a type without a normaliser is refused. */
  readonly catchAll?: CatchAll<EvidenceType> | undefined;
}

/** The options of `createAdapter` if the manifest declares no source event type: then nothing else normalises an event. */
export type CatchAllOptions<EvidenceType extends string> = Required<AdapterOptions<EvidenceType>>;

/** The normalisers of an adapter as one function. */
export interface JoinedNormalizers {
  (rawEvent: RawEvent): NormalizedEvent;
  /** Types whose normaliser is the stub that the generator created; `*` is the one for all other types. */
  readonly unfilled: readonly string[];
}

const shownTypes = 10;
/** A manifest has no longer type; an event may name any. */
const longestType = 150;

/** Why an event cannot be normalised, and what to do. */
function refusalOf({ sourceEventType }: RawEvent, declared: readonly string[]): string {
  const found = JSON.stringify(String(sourceEventType).slice(0, longestType));
  const shown = declared.slice(0, shownTypes).map((type) => JSON.stringify(type));
  const more = declared.length > shown.length ? ` and ${declared.length - shown.length} more` : "";
  const list = declared.length === 0 ? "no type" : `${shown.join(", ")}${more}`;
  const way = `Add the type to sourceEventTypes in the manifest and generate again, or pass catchAll to createAdapter`;
  return `No normalizer for events of type ${found}: the manifest declares ${list}. ${way}.`;
}

/** @throws {KiketError} for a promise, which the compiler refuses too, unless a type is `any`. */
export function requireReady(normalized: NormalizedEvent, { sourceEventType }: RawEvent): NormalizedEvent {
  if (!(normalized instanceof Promise)) return normalized;
  // Nobody waits for it: its failure would end the process.
  normalized.catch(() => undefined);
  const type = JSON.stringify(String(sourceEventType).slice(0, longestType));
  throw new KiketError(
    `The normalizer of ${type} is asynchronous. It must return the event itself: remove async and await.`,
  );
}

/**
 * Combines normalisers into the function that Kiket's runners call. Seen in shipped code.
 * @throws {KiketError} from the function, for a type without a normaliser, unless there is a catch-all, and for an asynchronous one.
 */
export function joinNormalizers(
  normalizers: readonly AnyNormalizer[],
  { catchAll }: AdapterOptions = {},
): JoinedNormalizers {
  // The entry function of an adapter (fact 914).
  const byType = new Map(normalizers.map((entry) => [entry.type, entry]));
  const join = (rawEvent: RawEvent): NormalizedEvent => {
    const found = byType.get(rawEvent.sourceEventType);
    if (found !== undefined) return requireReady(found.normalize(rawEvent as never), rawEvent);
    if (catchAll !== undefined) return requireReady(catchAll(rawEvent), rawEvent);
    throw new KiketError(refusalOf(rawEvent, [...byType.keys()]));
  };
  const all = [...normalizers, ...(catchAll === undefined ? [] : [{ type: "*", normalize: catchAll }])];
  const unfilled = all.filter(({ normalize }) => isStub(normalize)).map(({ type }) => type);
  return Object.assign(join, { unfilled });
}

/** What a normalised event takes over from its raw event. */
export type RawEventOrigin = Pick<
  NormalizedEvent,
  "organizationId" | "workspaceId" | "processId" | "sourceSystem" | "correlationIds"
>;

/** Makes `originOf` for generated code. */
export function bindOrigin(sourceSystem: string): (rawEvent: RawEvent) => RawEventOrigin {
  // Every shipped adapter fills these members so (fact 924).
  return ({ id, organizationId, workspaceId, processId, idempotencyKey }) => ({
    organizationId,
    workspaceId: workspaceId ?? undefined,
    processId: processId ?? undefined,
    sourceSystem,
    correlationIds: [id, idempotencyKey],
  });
}
