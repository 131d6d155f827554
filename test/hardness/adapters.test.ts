import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { generate } from "../../generator/index.js";
import { joinNormalizers } from "../../runtime/codegen.js";
import { createIngestionClient, type NormalizedEvent, type RawEvent } from "../../runtime/index.js";
import { runNormalizer } from "../../runtime/ingestion/claim-loop.js";
import { parseText } from "../generator/manifest/support.js";
import { compile } from "../support/compile.js";
import { createProject, readTree, removeProject } from "../support/project.js";
import { createScript } from "../support/session.js";

let folder: string | undefined;
afterEach(async () => {
  if (folder !== undefined) await removeProject(folder);
  folder = undefined;
});

const head = `apiVersion: kiket.dev/v1
kind: Extension
metadata: { key: a, name: "*/ globalThis.broken = 1 /*", version: "\`\${globalThis.broken = 1}\`" }
`;

describe("the manifest of an adapter", () => {
  test("brings no code into what is generated, and leads no file out of the project", async () => {
    const hostile = [
      '"];globalThis.broken=1//',
      "*/globalThis.broken=1/*",
      "`$" + "{globalThis.broken=1}`",
      "../../x",
      "__proto__",
    ];
    const names = JSON.stringify([...hostile, "constructor", "\u2028", "\u202e", "..", "a/b\\c", "createAdapter"]);
    const spec = `spec: { sourceSystem: ${JSON.stringify(hostile[0])}, sourceEventTypes: ${names}, evidenceTypes: ${names} }\n`;
    folder = await createProject({ "kiket-extension.yaml": head + spec });
    const { diagnostics } = await generate({ dir: folder });
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    const files = Object.keys(await readTree(folder));
    expect(files.filter((path) => !/^(?:kiket-extension\.yaml|package\.json|src\/[^\s\\]+)$/.test(path))).toEqual([]);
    expect(files.filter((path) => path.startsWith("src/handlers/") && path.split("/").length !== 3)).toEqual([]);

    expect(await compile(folder, "7.0", true)).toBe("");
    const { normalizeExtensionRawEvent } = await import(pathToFileURL(join(folder, "dist/adapter.js")).href);
    expect([...normalizeExtensionRawEvent.unfilled].sort()).toEqual((JSON.parse(names) as string[]).sort());
    expect(globalThis).not.toHaveProperty("broken");
  });

  test("with thousands of mistakes is refused with short lines", () => {
    const long = JSON.stringify("\u001b[2J".repeat(20_000));
    const many = Array.from({ length: 2_000 }, () => "[404]").join(", ");
    const { diagnostics } = parseText(
      `apiVersion: ${long}\nkind: ${long}\nmetadata: { key: ${long}, name: ${long}, version: ${long} }\nspec: { sourceSystem: ${long}, sourceEventTypes: [${many}] }\n`,
    );
    expect(diagnostics.length).toBe(2_006);
    expect(diagnostics.filter(({ message }) => message.length > 2_000 || message.includes("\u001b"))).toEqual([]);
  });

  test("with keys that every object has is no other manifest", () => {
    const text = `${head}spec: { sourceSystem: a, __proto__: { sourceEventTypes: 1 }, constructor: 1, toString: ~ }\n__proto__: { spec: 1 }\n`;
    expect(parseText(text).diagnostics).toEqual([]);
    const inherited = "apiVersion: kiket.dev/v1\nkind: Extension\n__proto__: { metadata: {}, spec: {} }\n";
    expect(parseText(inherited).diagnostics.map(({ message }) => message)).toEqual([
      "the manifest has no `metadata`",
      "the manifest has no `spec`",
    ]);
  });
});

const normalized: NormalizedEvent = {
  organizationId: "org-1",
  eventType: "evidence.observed",
  sourceSystem: "gate",
  actor: {},
  subject: {},
  occurredAt: "2026-06-01T08:00:00Z",
  correlationIds: [],
  attributes: {},
  dedupeKey: "gate:1",
  evidence: [],
  intents: [],
};

/** Runs an adapter with what a claim answers, and returns the paths of its submissions. */
async function submissionsFor(
  claimed: readonly unknown[],
  of: (rawEvent: RawEvent) => NormalizedEvent = () => normalized,
) {
  const ending = new AbortController();
  const script = createScript(
    { status: 200, body: { data: claimed } },
    ...claimed.map(() => ({ status: 200, body: {} })),
  );
  const logged: string[] = [];
  await runNormalizer({
    client: createIngestionClient({ apiKey: "key", organizationId: "org-1", fetch: script.fetch }),
    normalize: (rawEvent) => {
      ending.abort();
      return joinNormalizers([], { catchAll: of as never })(rawEvent);
    },
    logger: {
      info: () => {},
      warn: () => {},
      error: (_message, fields) => logged.push(String((fields as { readonly reason?: unknown }).reason)),
    },
    signal: ending.signal,
  });
  const [, ...submissions] = script.calls;
  return {
    paths: submissions.map(({ url }) => url.replace("https://api.kiket.dev/api/v1/platform", "")),
    logged,
    submissions,
  };
}

describe("a claim", () => {
  test("of events with hostile ids leads to no other path", async () => {
    const ids = ["..", ".", "", "../../extensions", "a/b?c#d", "%2e%2e", "\r\nx", "\ud800", {}, [], null, true, "fine"];
    const { paths, logged } = await submissionsFor(ids.map((id) => ({ id, sourceEventType: "x", payload: {} })));
    expect(paths).toEqual([
      "/raw-events/..%2F..%2Fextensions/submit",
      "/raw-events/a%2Fb%3Fc%23d/submit",
      "/raw-events/%252e%252e/submit",
      "/raw-events/%0D%0Ax/submit",
      "/raw-events/fine/submit",
    ]);
    expect(new Set(logged)).toEqual(new Set(["raw_event_id must be an id that can be used as a path segment."]));
  });

  test("of a payload with `__proto__` changes no object, and keeps the member", async () => {
    const payload = JSON.parse('{"__proto__": {"admin": true}}');
    const rawEvent = { id: "a", sourceEventType: "x", payload };
    const { submissions } = await submissionsFor([rawEvent], (event) => ({
      ...normalized,
      occurredAt: new Date("2026-06-01T08:00:00Z"),
      attributes: event.payload,
    }));
    expect(submissions[0]?.body).toContain('"attributes":{"__proto__":{"admin":true}}');
    expect({}).not.toHaveProperty("admin");
  });

  test("whose results contain themselves, or are endless, ends none of the others", async () => {
    const round: Record<string, unknown> = {};
    round.self = round;
    const deep = Array.from({ length: 5_000 }).reduce<unknown>((inner) => [inner], 1);
    const results = [{ ...normalized, attributes: round }, { ...normalized, attributes: { deep } }, normalized];
    const { paths, logged } = await submissionsFor(
      results.map((_, index) => ({ id: String(index), sourceEventType: "x", payload: {} })),
      ({ id }) => results[Number(id)] as NormalizedEvent,
    );
    expect(paths).toEqual(["/raw-events/2/submit"]);
    expect(logged[0]).toBe("normalized.attributes.self contains itself");
    expect(logged[1]).toContain("is nested more than 500 levels deep");
  });
});
