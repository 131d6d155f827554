import { describe, expect, test } from "vitest";
import { openCalls } from "../../../support/context-calls.js";

const { run, sent } = await openCalls();

describe("typed custom data", () => {
  const customData = {
    contacts: {
      module: "com.example.crm.contacts",
      operations: ["list", "create"],
      tables: { automationRecords: "automation_records" },
    },
    orders: { module: "com.example.shop.orders", operations: ["get"] },
  } as const;

  test("has the accessors and only the permitted calls", async () => {
    const shape = await run(
      (context) => {
        const data: Record<string, unknown> = context.customData(1);
        const contacts = data.contacts as Record<string, object>;
        const orders = data.orders as (table: string) => object;
        return [
          Object.keys(data),
          Object.keys(contacts),
          Object.keys(contacts.automationRecords ?? {}),
          Object.keys(orders("lines")),
        ];
      },
      [],
      { customData },
    );
    expect(shape).toEqual([["contacts", "orders"], ["automationRecords"], ["list", "create"], ["get"]]);
  });

  test("rejects other calls with an error that says what to add, and sends nothing", async () => {
    const said = await run(
      async (context) => {
        const data: Record<string, unknown> = context.customData(1);
        const { automationRecords } = data.contacts as { automationRecords: Record<string, () => Promise<unknown>> };
        const lines = (data.orders as (table: string) => Record<string, () => Promise<unknown>>)("lines");
        const calls = [automationRecords.get, automationRecords.delete, lines.update].map((call) => call?.());
        return (await Promise.allSettled(calls)).map((settled) => "reason" in settled && String(settled.reason));
      },
      [],
      { customData },
    );
    const advice = "to custom_data.permissions in the manifest.";
    expect(said).toEqual([
      `KiketError: get() is not permitted. Add the operation read of com.example.crm.contacts ${advice}`,
      `KiketError: delete() is not permitted. Add the operation delete of com.example.crm.contacts ${advice}`,
      `KiketError: update() is not permitted. Add the operation write of com.example.shop.orders ${advice}`,
    ]);
    expect(sent()).toEqual([]);
  });

  test("calls with names as in the API", async () => {
    await run(
      async (context) => {
        const data: Record<string, unknown> = context.customData();
        const { automationRecords } = data.contacts as {
          automationRecords: { create(record: object): Promise<object>; list(options: object): Promise<object[]> };
        };
        const orders = data.orders as (table: string) => { get(id: string): Promise<object> };
        await automationRecords.create({ email: "lead@example.com" });
        await automationRecords.list({ limit: 1 });
        await orders("order_lines").get("7");
      },
      [
        { status: 201, body: { data: { id: 1 } } },
        { status: 200, body: { data: [] } },
        { status: 200, body: { data: { id: 7 } } },
      ],
      { customData },
    );
    expect(sent()).toEqual([
      [
        "POST",
        "/api/v1/ext/custom_data/com.example.crm.contacts/automation_records?project_id=33",
        { record: { email: "lead@example.com" } },
      ],
      ["GET", "/api/v1/ext/custom_data/com.example.crm.contacts/automation_records?project_id=33&limit=1", null],
      ["GET", "/api/v1/ext/custom_data/com.example.shop.orders/order_lines/7?project_id=33", null],
    ]);
  });
});
