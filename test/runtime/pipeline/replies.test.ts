import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  defineHandler,
  type Extension,
  type ExtensionOptions,
  raw,
  type TelemetryRecord,
} from "../../../runtime/index.js";
import { createTestLogger } from "../../support/deliveries.js";
import { openKiket } from "../../support/open-kiket.js";
import { type Target, targets } from "../../support/targets.js";

const kiket = await openKiket();
let runs = 0;
let logger = createTestLogger();

/** An extension whose handler gives this result, and counts its runs. */
function giving(result: () => unknown, options: Partial<ExtensionOptions> = {}): Extension {
  const handler = defineHandler({ event: "issue.created", version: "v1" }, (): unknown => {
    runs += 1;
    return result();
  });
  return kiket.extension({ handlers: [handler], logger, ...options });
}

beforeEach(() => {
  runs = 0;
  logger = createTestLogger();
});

describe.each(targets)("what a handler returns, through %s", (_name, open) => {
  let target: Target;
  afterEach(() => target.close());

  /** Delivers twice, with a new token for the same id. */
  const deliverTwice = async (extension: Extension) => {
    target = await open(extension);
    const answers = [];
    for (const _attempt of [1, 2]) {
      const response = await target.send(await kiket.request({ headers: { "x-kiket-delivery": "dlv_1" } }));
      answers.push({
        status: response.status,
        type: response.headers.get("content-type"),
        sniff: response.headers.get("x-content-type-options"),
        bytes: [...new Uint8Array(await response.arrayBuffer())],
      });
    }
    return answers;
  };
  const bytesOf = (text: string) => [...new TextEncoder().encode(text)];

  test("a result that cannot be sent is 500, named in the log, and its handler does not run again", async () => {
    const records: TelemetryRecord[] = [];
    const answers = await deliverTwice(
      giving(() => ({ rows: [{ at: new Date(Number.NaN) }] }), {
        telemetry: { onRecord: (record) => void records.push(record) },
      }),
    );
    const line = logger.lines.find(({ level }) => level === "error");
    expect(line).toMatchObject({
      message: "A handler's result cannot be sent",
      fields: {
        event: "issue.created",
        cause: { name: "ResultError", message: "result.rows[0].at is an invalid date" },
      },
    });
    const { correlationId } = { correlationId: "none", ...line?.fields };
    const same = {
      status: 500,
      type: "application/json",
      sniff: null,
      bytes: bytesOf(`{"error":"The handler failed","delivery_id":"dlv_1","correlation_id":"${correlationId}"}`),
    };
    expect(answers).toEqual([same, same]);
    expect(runs).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(records).toMatchObject([{ status: "error", errorClass: "ResultError" }]);
  });

  test("a Response is not a result", async () => {
    const answers = await deliverTwice(giving(() => Response.json({ status: "deny" })));
    expect(answers.map(({ status }) => status)).toEqual([500, 500]);
    expect(JSON.stringify(logger.lines)).toContain("result is a Response: return raw(body, { contentType })");
    expect(runs).toBe(1);
  });

  test("raw text keeps its content type, also for a redelivery", async () => {
    const contentType = "text/csv; charset=utf-8; header=present";
    const answers = await deliverTwice(giving(() => raw("id;name\r\n1;ü\r\n", { contentType })));
    const csv = { status: 200, type: contentType, sniff: "nosniff", bytes: bytesOf("id;name\r\n1;ü\r\n") };
    expect(answers).toEqual([csv, csv]);
    expect(runs).toBe(1);
  });

  test("raw bytes stay the same bytes, with a status of its own", async () => {
    const body = Uint8Array.from({ length: 256 }, (_, index) => index);
    const answers = await deliverTwice(
      giving(() => raw(body, { contentType: "application/octet-stream", status: 404 })),
    );
    const all = { status: 404, type: "application/octet-stream", sniff: "nosniff", bytes: [...body] };
    expect(answers).toEqual([all, all]);
    expect(runs).toBe(1);
  });

  test("an empty raw reply has its content type", async () => {
    const answers = await deliverTwice(giving(() => raw("", { contentType: "text/plain" })));
    const empty = { status: 200, type: "text/plain", sniff: "nosniff", bytes: [] };
    expect(answers).toEqual([empty, empty]);
  });

  test.each([429, 500, 503])(
    "a raw reply with %i, which Kiket tries again, lets the handler run again",
    async (status) => {
      const answers = await deliverTwice(giving(() => raw("later", { contentType: "text/plain", status })));
      expect(answers.map((answer) => answer.status)).toEqual([status, status]);
      expect(runs).toBe(2);
    },
  );
});
