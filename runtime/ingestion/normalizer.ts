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

/** The normalisers of an adapter as one function. */
export interface JoinedNormalizers {
  (rawEvent: RawEvent): NormalizedEvent;
  /** Types whose normaliser is the stub that the generator created. */
  readonly unfilled: readonly string[];
}

/**
 * Combines normalisers into the function that Kiket's runners call. Seen in shipped code.
 * @throws {KiketError} from the function, for a type without a normaliser.
 */
export function joinNormalizers(normalizers: readonly AnyNormalizer[]): JoinedNormalizers {
  // The entry function of an adapter (fact 914).
  const byType = new Map(normalizers.map((entry) => [entry.type, entry]));
  const join = (rawEvent: RawEvent): NormalizedEvent => {
    const found = byType.get(rawEvent.sourceEventType);
    if (found === undefined) throw new KiketError(`No normalizer for events of type "${rawEvent.sourceEventType}"`);
    return found.normalize(rawEvent as never);
  };
  const unfilled = normalizers.filter(({ normalize }) => isStub(normalize)).map(({ type }) => type);
  return Object.assign(join, { unfilled });
}
