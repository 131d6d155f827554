import type { LogRecord } from "../../runtime/testing/log-recorder.js";

/** One line of a family, without a time stamp. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  readonly type: "counter" | "gauge" | "histogram" | "summary" | "untyped";
  readonly help: string;
  readonly samples: readonly Sample[];
}

const name = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const label = `([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\\\\n]|\\\\[\\\\n"])*)"`;
const sampleForm = new RegExp(`^(${name})(?:\\{((?:${label},?)*)\\})? (\\S+)$`);
const commentForm = new RegExp(`^# (HELP|TYPE) (${name}) (.*)$`);
const endings = { histogram: ["_bucket", "_sum", "_count"], summary: ["", "_sum", "_count"] } as const;

function numberOf(text: string): number {
  const special = {
    "+Inf": Number.POSITIVE_INFINITY,
    "-Inf": Number.NEGATIVE_INFINITY,
    NaN: Number.NaN,
    Nan: Number.NaN,
  };
  if (text in special) return special[text as keyof typeof special];
  if (!/^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/.test(text)) throw new Error(`not a number: ${text}`);
  return Number(text);
}

function labelsOf(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [, key = "", value = ""] of text.matchAll(new RegExp(label, "g"))) {
    if (Object.hasOwn(labels, key)) throw new Error(`the label ${key} twice: ${text}`);
    labels[key] = value.replace(/\\(.)/g, (_, escaped) => (escaped === "n" ? "\n" : escaped));
  }
  return labels;
}

function checkHistogram(family: string, samples: readonly Sample[]): void {
  const series = new Map<string, Sample[]>();
  for (const sample of samples) {
    const { le: _, ...labels } = sample.labels;
    const key = JSON.stringify(Object.entries(labels).sort());
    series.set(key, [...(series.get(key) ?? []), sample]);
  }
  for (const [key, own] of series) {
    const buckets = own.filter(({ name }) => name.endsWith("_bucket"));
    const bounds = buckets.map(({ labels }) => numberOf(labels.le ?? "none"));
    const counts = buckets.map(({ value }) => value);
    const count = own.find(({ name }) => name === `${family}_count`)?.value;
    const isSorted = (values: readonly number[], strict: boolean) =>
      values.every((value, at) => at === 0 || value > Number(values[at - 1]) || (!strict && value === values[at - 1]));
    if (!isSorted(bounds, true) || bounds.at(-1) !== Number.POSITIVE_INFINITY)
      throw new Error(`bounds: ${family} ${key}`);
    if (!isSorted(counts, false) || counts.at(-1) !== count)
      throw new Error(`counts: ${family} ${key} ${counts} ${count}`);
    if (own.filter(({ name }) => name === `${family}_sum`).length !== 1) throw new Error(`sums: ${family} ${key}`);
  }
}

/**
 * Reads the text format 0.0.4 of Prometheus, as https://prometheus.io/docs/instrumenting/exposition_formats/ describes it. Stricter than Prometheus: a
 * family stands in one piece, with help and type, and histograms add up.
 */
export function parsePrometheus(text: string): Record<string, Family> {
  if (!text.endsWith("\n")) throw new Error("the last line must end");
  const families: Record<string, { type?: string; help?: string; samples: Sample[] }> = {};
  const seen = new Set<string>();
  let current = "";
  for (const line of text.split("\n").filter((one) => one !== "")) {
    const comment = commentForm.exec(line);
    if (comment !== null) {
      const [, kind, family = "", rest = ""] = comment;
      if (family !== current && family in families) throw new Error(`${family} in two pieces`);
      current = family;
      families[family] ??= { samples: [] };
      const known = families[family];
      const key = kind === "HELP" ? "help" : "type";
      if (known[key] !== undefined || known.samples.length > 0) throw new Error(`${kind} of ${family} twice or late`);
      known[key] = rest;
      continue;
    }
    const sample = sampleForm.exec(line);
    if (sample === null) throw new Error(`no sample: ${line}`);
    const [, own = "", labels = ""] = sample;
    const value = numberOf(String(sample.at(-1)));
    const family = families[current];
    if (family?.type === undefined || family.help === undefined) throw new Error(`${own} without HELP and TYPE`);
    const allowed: readonly string[] = endings[family.type as keyof typeof endings] ?? [""];
    if (!allowed.some((ending) => own === current + ending)) throw new Error(`${own} is not of ${current}`);
    const parsed = { name: own, labels: labelsOf(labels), value };
    const key = `${own} ${JSON.stringify(Object.entries(parsed.labels).sort())}`;
    if (seen.has(key)) throw new Error(`twice: ${line}`);
    if (family.type === "counter" && !(value >= 0)) throw new Error(`a counter below 0: ${line}`);
    seen.add(key);
    family.samples.push(parsed);
  }
  for (const [family, { type, samples }] of Object.entries(families)) {
    if (!["counter", "gauge", "histogram", "summary"].includes(String(type)))
      throw new Error(`type of ${family}: ${type}`);
    if (type === "histogram") checkHistogram(family, samples);
  }
  return families as Record<string, Family>;
}

/** The value of the one sample with this name and these labels, perhaps among others; undefined if there is none. */
export function sampleValue(
  text: string,
  sample: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const all = Object.values(parsePrometheus(text)).flatMap(({ samples }) => samples);
  const found = all.filter(
    (one) => one.name === sample && Object.entries(labels).every(([key, value]) => one.labels[key] === value),
  );
  if (found.length > 1) throw new Error(`several of ${sample}: ${JSON.stringify(found)}`);
  return found[0]?.value;
}

/** Where a server shows its metrics, as its log says. */
export function metricsAddress(records: readonly LogRecord[]): string {
  const fields = records.find(({ message }) => message === "serving metrics")?.fields ?? {};
  return "url" in fields ? String(fields.url) : "nowhere";
}
