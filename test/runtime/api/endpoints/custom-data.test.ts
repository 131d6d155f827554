import { describe, expect, test } from "vitest";
import { type HandlerContext, KiketError } from "../../../../runtime/index.js";
import { openCalls } from "../../../support/context-calls.js";

const { run, sent } = await openCalls();

describe("custom data with names as in the API", () => {
  const module = "com.example.crm.contacts";
  const record = { id: 7, email: "lead@example.com" };

  test("each call", async () => {
    const results = await run(
      async ({ endpoints }) => {
        const data = endpoints.customData("p 1");
        return [
          await data.list(module, "people/all"),
          await data.list(module, "people", { limit: 5, filters: { email: "a b&c@example.com", age: 3 } }),
          await data.list(module, "people", { filters: {} }),
          await data.get(module, "people", 7),
          await data.create(module, "people", { email: "lead@example.com" }),
          await data.update(module, "people", "a/b", { email: null }),
          await data.delete(module, "people", 7),
        ];
      },
      [
        { status: 200, body: { data: [record] } },
        { status: 200, body: { data: [] } },
        { status: 200, body: { data: [] } },
        { status: 200, body: { data: record } },
        { status: 201, body: { data: record } },
        { status: 200, body: { data: record } },
        { status: 204 },
      ],
    );
    expect(results).toEqual([[record], [], [], record, record, record, undefined]);
    const people = "/api/v1/ext/custom_data/com.example.crm.contacts/people";
    expect(sent()).toEqual([
      ["GET", "/api/v1/ext/custom_data/com.example.crm.contacts/people%2Fall?project_id=p%201", null],
      [
        "GET",
        `${people}?project_id=p%201&limit=5&filters=%7B%22email%22%3A%22a%20b%26c%40example.com%22%2C%22age%22%3A3%7D`,
        null,
      ],
      ["GET", `${people}?project_id=p%201`, null],
      ["GET", `${people}/7?project_id=p%201`, null],
      ["POST", `${people}?project_id=p%201`, { record: { email: "lead@example.com" } }],
      ["PATCH", `${people}/a%2Fb?project_id=p%201`, { record: { email: null } }],
      ["DELETE", `${people}/7?project_id=p%201`, null],
    ]);
  });

  test("get returns null for a 404 only", async () => {
    const get = ({ endpoints }: HandlerContext) => endpoints.customData(1).get(module, "people", 8);
    expect(await run(get, [{ status: 404, body: { error: "Not found" } }])).toBeNull();
    await expect(run(get, [{ status: 500, body: { error: "404" } }])).rejects.toMatchObject({ status: 500 });
    await expect(run(get, [{ status: 200, body: {} }])).rejects.toThrow(KiketError);
  });

  test.each([
    [{ id: 7 }, { id: 7 }],
    [{ data: { id: 7 } }, { id: 7 }],
    [{ data: { email: "a" } }, { email: "a" }],
    [{ id: 1, data: { id: 7 } }, { id: 7 }],
    [{ data: [] }, {}],
    [
      { data: null, id: 7 },
      { data: null, id: 7 },
    ],
    [{}, {}],
    [[], {}],
    [null, {}],
    ["created", {}],
    [undefined, {}],
  ])("an answer of %j to a write is not an error, because the write has happened", async (body, expected) => {
    const write = async ({ endpoints }: HandlerContext) => {
      const data = endpoints.customData(1);
      return [await data.create(module, "people", {}), await data.update(module, "people", 7, {})];
    };
    const answer = { status: 200, body };
    expect(await run(write, [answer, answer])).toEqual([expected, expected]);
  });

  test.each([[".."], ["."], [""]])("%j is not accepted as an id: it would lead to another path", async (id) => {
    const results = run(({ endpoints }) => endpoints.customData(1).delete(module, "people", id));
    await expect(results).rejects.toThrow("record_id must be an id that can be used as a path segment.");
    expect(sent()).toEqual([]);
  });
});
