import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parser } from "@prometheus-io/lezer-promql";
import { beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { createMemoryQueue, createMemoryStore, defineHandler } from "../../runtime/index.js";
import { type MetricName, metricDefinitions } from "../../runtime/metrics/metric.js";
import { prometheusName } from "../../runtime/metrics/prometheus-sink.js";
import { serve } from "../../runtime/node.js";
import { createGathering } from "../../runtime/server/cluster/gathering.js";
import { freePort } from "../support/free-port.js";
import { openKiket } from "../support/open-kiket.js";
import { root } from "../support/project.js";
import { type Family, parsePrometheus, type Sample } from "../support/prometheus-text.js";

const kiket = await openKiket();
const folder = join(root, "examples/deploy");

interface Panel {
  readonly type: string;
  readonly title: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}
interface Rule {
  readonly alert: string;
  readonly expr: string;
}

const dashboard: { readonly panels: readonly Panel[]; readonly templating: { readonly list: readonly object[] } } =
  JSON.parse(await readFile(join(folder, "grafana/kiket-extension.json"), "utf8"));
const { groups }: { readonly groups: readonly { readonly rules: readonly Rule[] }[] } = parse(
  await readFile(join(folder, "prometheus/alerts.yml"), "utf8"),
);
const panels = dashboard.panels.filter(({ type }) => type !== "row");
const expressions = [
  ...panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const)),
  ...groups.flatMap(({ rules }) => rules.map(({ alert, expr }) => [alert, expr] as const)),
];

/** What an expression asks for. */
interface Selector {
  readonly metric: string;
  /** Values that a label is compared with, by label. */
  readonly labels: ReadonlyMap<string, readonly string[]>;
}

/** Grafana's variables, as Grafana replaces them. */
function replaced(expression: string): string {
  return expression.replaceAll("$__rate_interval", "1m").replaceAll("$job", ".+");
}

function selectorsOf(expression: string): { readonly selectors: Selector[]; readonly grouped: string[] } {
  const text = replaced(expression);
  const selectors: { metric: string; labels: Map<string, string[]> }[] = [];
  const grouped: string[] = [];
  parser.parse(text).iterate({
    enter({ type, node, from, to }) {
      const own = text.slice(from, to);
      if (type.isError) throw new Error(`not PromQL at ${from}: ${text}`);
      if (type.name === "Identifier") selectors.push({ metric: own, labels: new Map() });
      if (type.name === "UnquotedLabelMatcher") {
        const [, name = "", , value = ""] = /^(\w+)\s*(=~|!~|!=|=)\s*"(.*)"$/.exec(own) ?? [];
        selectors.at(-1)?.labels.set(name, value.split("|"));
      }
      if (type.name === "LabelName" && node.parent?.name === "GroupingLabels") grouped.push(own);
    },
  });
  return { selectors, grouped };
}

/** Labels that Prometheus adds to what it reads. */
const ofTarget = ["job", "instance"];
/** What Prometheus itself tells. */
const ofPrometheus = ["up"];

let families: Readonly<Record<string, Family>>;
/** The labels of each sample name. */
let labels: ReadonlyMap<string, ReadonlySet<string>>;

function endpoint(url: string, event: string): string {
  return `${url}/v/v1/webhooks/${event}`;
}

/** What an extension tells that has handled, failed, been too slow, refused, deferred, called Kiket and lost its store. */
async function realText(): Promise<string> {
  const memory = createMemoryStore();
  let isLost = false;
  const deliveryStore = {
    ...memory,
    begin(...args: Parameters<typeof memory.begin>) {
      if (isLost) throw new Error("lost");
      return memory.begin(...args);
    },
  };
  const handlers = [
    defineHandler({ event: "issue.created", version: "v1" }, async (_payload, { api }) => {
      await api.GET("/api/v1/ext/rate_limit" as never);
    }),
    defineHandler({ event: "issue.updated", version: "v1" }, () => Promise.reject(new Error("boom"))),
    defineHandler({ event: "issue.assigned", version: "v1" }, () => new Promise<void>(() => undefined)),
    defineHandler({ event: "comment.created", version: "v1", defer: true }, () => undefined),
  ];
  const queue = createMemoryQueue();
  const extension = kiket.extension({ handlers, deliveryStore, queue, limits: { handlerMs: 2_000 } });
  const port = await freePort();
  const server = await serve(extension, { port: 0, env: {}, signals: false, metrics: { port } });
  const send = async (event: string): Promise<number> => {
    const signed = await kiket.request({ path: `/v/v1/webhooks/${event}` });
    const body = (await signed.text()).replaceAll("issue.created", event);
    return (await fetch(endpoint(server.url, event), { method: "POST", headers: signed.headers, body })).status;
  };
  const statuses: number[] = [];
  for (const event of ["issue.created", "issue.updated", "issue.assigned", "comment.created"]) {
    statuses.push(await send(event));
  }
  isLost = true;
  statuses.push(await send("issue.created"));
  const refused = await fetch(endpoint(server.url, "issue.created"), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  statuses.push(refused.status);
  expect(statuses).toEqual([200, 500, 503, 200, 503, 401]);
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  await server.close();
  return text;
}

beforeAll(async () => {
  const gathering = createGathering(
    () => ({ tell: () => undefined, kill: () => undefined }),
    async () => [],
    0,
  );
  const ofProcesses = (await gathering.gather()).flat().map(({ name, type, help, values }): [string, Family] => [
    name,
    {
      type,
      help,
      samples: values.map(({ value, labels }) => ({ name, value, labels: labels as Sample["labels"] })),
    },
  ]);
  families = { ...parsePrometheus(await realText()), ...Object.fromEntries(ofProcesses) };
  const known = new Map<string, Set<string>>();
  const add = (name: string, names: readonly string[]) =>
    known.set(name, new Set([...(known.get(name) ?? []), ...names]));
  for (const { samples } of Object.values(families)) {
    for (const { name, labels } of samples) add(name, Object.keys(labels));
  }
  // What was not told, such as lost telemetry, has the labels of its definition.
  for (const name of Object.keys(metricDefinitions) as MetricName[]) {
    add(prometheusName(name), metricDefinitions[name].attributes);
  }
  labels = known;
});

test("the run tells every metric that the runtime defines", () => {
  const names = (Object.keys(metricDefinitions) as MetricName[]).map(prometheusName);
  expect(Object.keys(families)).toEqual(expect.arrayContaining(names));
});

test("each expression of dashboard and alerts is PromQL", () => {
  expect(expressions.length).toBeGreaterThan(30);
  for (const [, expr] of expressions) expect(selectorsOf(expr).selectors, expr).not.toEqual([]);
  expect(() => selectorsOf("sum(rate(a[5m])")).toThrow("not PromQL");
});

test.each(expressions)("%s: its metrics, labels and values are told: %s", (_where, expr) => {
  const { selectors, grouped } = selectorsOf(expr);
  for (const { metric, labels: asked } of selectors) {
    if (ofPrometheus.includes(metric)) continue;
    const known = labels.get(metric);
    expect(known, metric).toBeDefined();
    const samples = Object.values(families).flatMap(({ samples }) => samples.filter(({ name }) => name === metric));
    for (const [label, values] of asked) {
      if (ofTarget.includes(label)) continue;
      expect([...(known ?? [])], expr).toContain(label);
      for (const value of values) expect(samples.map(({ labels }) => labels[label])).toContain(value);
    }
    for (const label of grouped.filter((name) => !ofTarget.includes(name))) {
      expect([...(known ?? [])], expr).toContain(label);
    }
  }
});

test.each(["deploy/prometheus/prometheus.yml", "marketing-automation/deploy/prometheus.yml"])(
  "the alerts of an extension that is down are for the jobs of %s",
  async (path) => {
    const { scrape_configs: jobs }: { readonly scrape_configs: readonly { readonly job_name: string }[] } = parse(
      await readFile(join(root, "examples", path), "utf8"),
    );
    const selectors = expressions.flatMap(([, expr]) => selectorsOf(expr).selectors);
    const asked = selectors.filter(({ metric }) => metric === "up").flatMap(({ labels }) => labels.get("job") ?? []);
    expect(asked).toHaveLength(2);
    for (const job of asked) for (const { job_name } of jobs) expect(job_name).toMatch(new RegExp(`^(?:${job})$`));
  },
);

test("what a legend names, its expression keeps", () => {
  const missing = panels.flatMap(({ title, targets = [] }) =>
    targets.flatMap(({ expr, legendFormat }) => {
      const { grouped } = selectorsOf(expr);
      const kept = grouped.length > 0 || /^(?:sum|max|histogram_quantile)\b/.test(expr) ? grouped : ofTarget;
      const named = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = ""]) => name);
      return named.filter((name) => !kept.includes(name)).map((name) => `${title}: ${name}`);
    }),
  );
  expect(missing).toEqual([]);
});

test("every metric of the runtime is on the dashboard", () => {
  const shown = new Set(
    panels
      .flatMap(({ targets = [] }) => targets.flatMap(({ expr }) => selectorsOf(expr).selectors))
      .map(({ metric }) => metric),
  );
  const own = Object.keys(families).filter((name) => name.startsWith("kiket_"));
  const isShown = (name: string) => [...shown].some((metric) => metric.replace(/_(?:bucket|count)$/, "") === name);
  expect(own.filter((name) => !isShown(name))).toEqual([]);
});
