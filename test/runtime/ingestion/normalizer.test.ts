import { describe, expect, it, test } from "vitest";
import {
  bindNormalizer,
  bindOrigin,
  type JoinedNormalizers,
  joinNormalizers,
  notNormalized,
} from "../../../runtime/codegen.js";
import { KiketError, type NormalizedEvent, type RawEvent } from "../../../runtime/index.js";

const define = bindNormalizer<"opened" | "closed", string>();

function rawEvent(sourceEventType: string): RawEvent {
  return {
    id: "raw_1",
    organizationId: "org_1",
    workspaceId: null,
    processId: "proc_1",
    idempotencyKey: "hook-1",
    sourceEventType,
    receivedAt: new Date("2026-06-01T08:00:00Z"),
    payload: {},
  };
}

function normalizedAs(dedupeKey: string): NormalizedEvent & { readonly evidence: [] } {
  return {
    organizationId: "org_1",
    eventType: "evidence.observed",
    sourceSystem: "gate",
    actor: {},
    subject: {},
    occurredAt: "2026-06-01T08:00:00Z",
    correlationIds: [],
    attributes: {},
    dedupeKey,
    evidence: [],
    intents: [],
  };
}

const opened = define("opened", () => normalizedAs("opened"));

function refusalOf(normalize: JoinedNormalizers, type: string): string {
  try {
    normalize(rawEvent(type));
  } catch (error) {
    if (error instanceof KiketError) return error.message;
  }
  throw new Error("not refused");
}

const way = "Add the type to sourceEventTypes in the manifest and generate again, or pass catchAll to createAdapter.";

describe("an event of a type that the manifest does not declare", () => {
  it("is refused with the type, the declared types and what to do", () => {
    const normalize = joinNormalizers([opened, define("closed", () => normalizedAs("closed"))]);
    expect(refusalOf(normalize, "washed")).toBe(
      `No normalizer for events of type "washed": the manifest declares "opened", "closed". ${way}`,
    );
    expect(normalize(rawEvent("closed")).dedupeKey).toBe("closed");
  });

  it("is refused by an adapter without any type", () => {
    expect(refusalOf(joinNormalizers([]), "washed")).toBe(
      `No normalizer for events of type "washed": the manifest declares no type. ${way}`,
    );
  });

  it.each(["__proto__", "constructor", "toString", "hasOwnProperty", "", "OPENED", "opened ", "*"])(
    "is refused if it is %j",
    (type) => {
      expect(refusalOf(joinNormalizers([opened]), type)).toContain(`events of type ${JSON.stringify(type)}:`);
    },
  );

  it("is shown without control characters, and cut", () => {
    const message = refusalOf(joinNormalizers([opened]), `\u001b[2J\n${"a".repeat(100_000)}`);
    expect(message).toContain('type "\\u001b[2J\\naaa');
    expect(message.length).toBeLessThan(500);
  });

  it("is refused with ten of many declared types", () => {
    const define12 = bindNormalizer<string, string>();
    const many = Array.from({ length: 12 }, (_, index) => define12(`t${index}`, () => normalizedAs("x")));
    expect(refusalOf(joinNormalizers(many), "washed")).toContain('"t8", "t9" and 2 more.');
  });

  it("goes to the catch-all, and no other event does", () => {
    const normalize = joinNormalizers([opened], {
      catchAll: ({ sourceEventType }) => normalizedAs(`any:${sourceEventType}`),
    });
    expect(["opened", "washed", "__proto__"].map((type) => normalize(rawEvent(type)).dedupeKey)).toEqual([
      "opened",
      "any:washed",
      "any:__proto__",
    ]);
  });
});

test("an asynchronous normaliser is refused, and its failure ends no process", async () => {
  const failing = async () => Promise.reject(new Error("late"));
  const message =
    'The normalizer of "opened" is asynchronous. It must return the event itself: remove async and await.';
  const unhandled: unknown[] = [];
  const note = (error: unknown) => unhandled.push(error);
  process.on("unhandledRejection", note);
  const normalizers = [define("opened", failing as never)];
  expect(() => joinNormalizers(normalizers)(rawEvent("opened"))).toThrow(new KiketError(message));
  expect(() => joinNormalizers([], { catchAll: failing as never })(rawEvent("opened"))).toThrow(
    new KiketError(message),
  );
  await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", note);
  expect(unhandled).toEqual([]);
});

test("a catch-all that nobody has filled counts as `*`", () => {
  const stub = joinNormalizers([opened], { catchAll: (rawEvent) => notNormalized(rawEvent) });
  expect(stub.unfilled).toEqual(["*"]);
  expect(joinNormalizers([opened], { catchAll: () => normalizedAs("a") }).unfilled).toEqual([]);
});

test("N9: a normalised event takes over what shipped adapters take over from the raw event", () => {
  expect(bindOrigin("gate")(rawEvent("opened"))).toEqual({
    organizationId: "org_1",
    workspaceId: undefined,
    processId: "proc_1",
    sourceSystem: "gate",
    correlationIds: ["raw_1", "hook-1"],
  });
});
