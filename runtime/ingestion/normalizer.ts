import { KiketError, NotImplementedError } from "../base/errors.js";
import type { NormalizedEvent, NormalizedEvidence, RawEvent } from "./types.js";

/** A raw event of one source event type. */
interface RawEventOf<Type extends string> extends RawEvent {
  readonly sourceEventType: Type;
}

/** A normalised event whose evidence is of the types that the manifest declares. */
interface NormalizedEventWith<EvidenceType extends string> extends NormalizedEvent {
  readonly evidence: readonly (NormalizedEvidence & { readonly evidenceType: EvidenceType })[];
}

/** Makes of one raw event what Kiket stores of it: a pure function, so that it can be tested and run again. */
type Normalizer<Type extends string, EvidenceType extends string> = (
  rawEvent: RawEventOf<Type>,
) => NormalizedEventWith<EvidenceType>;

/** What generated code exports as `defineNormalizer`. */
export type BoundDefineNormalizer<SourceEventType extends string, EvidenceType extends string> = <
  Type extends SourceEventType,
>(
  type: Type,
  normalize: Normalizer<Type, EvidenceType>,
) => NamedNormalizer<Type, EvidenceType>;

/** A normaliser that knows its type, so that one cannot be wired to another. */
export interface NamedNormalizer<Type extends string, EvidenceType extends string> {
  readonly type: Type;
  readonly normalize: Normalizer<Type, EvidenceType>;
}

/** Makes generated code's `defineNormalizer`. */
export function bindNormalizer<SourceEventType extends string, EvidenceType extends string>(): BoundDefineNormalizer<
  SourceEventType,
  EvidenceType
> {
  return (type, normalize) => Object.freeze({ type, normalize });
}

/**
 * What a stub returns until it is filled.
 * @throws {NotImplementedError} always.
 */
export function notNormalized(rawEvent: RawEvent): never {
  throw new NotImplementedError(`Normalizer not implemented: ${rawEvent.sourceEventType}`);
}

/** A normaliser of whatever type. */
interface AnyNormalizer {
  readonly type: string;
  readonly normalize: (rawEvent: never) => NormalizedEvent;
}

/**
 * Joins normalisers to the one function that Kiket's runners call (manifest-and-events §1.3, H).
 * @throws {KiketError} from the function, for a type that no normaliser takes.
 */
export function joinNormalizers(normalizers: readonly AnyNormalizer[]): (rawEvent: RawEvent) => NormalizedEvent {
  const byType = new Map(normalizers.map((entry) => [entry.type, entry]));
  return (rawEvent) => {
    const found = byType.get(rawEvent.sourceEventType);
    if (found === undefined) throw new KiketError(`No normalizer takes events of type "${rawEvent.sourceEventType}"`);
    return found.normalize(rawEvent as never);
  };
}
