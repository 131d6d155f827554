import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { derivePlatform } from "../../../../runtime/platform/http/openapi.derive.mjs";
import { extensionApi, platformApi } from "../../../support/openapi.js";
import { root } from "../../../support/project.js";

const texts = { "openapi.yaml": extensionApi.text, "platform.openapi.yaml": platformApi.text };

describe("what the build derives from the OpenAPI documents", () => {
  it("is what the local Kiket uses", async () => {
    const derived = await derivePlatform(texts);
    expect(Object.keys(derived)).toEqual(["openapi.gen.ts", "validators.gen.js", "validators.gen.d.ts"]);
    for (const [name, content] of Object.entries(derived)) {
      expect(await readFile(join(root, "runtime/platform/http", name), "utf8"), name).toBe(content);
    }
  });

  it("holds a line an operation", async () => {
    const { "openapi.gen.ts": module } = await derivePlatform(texts);
    expect(module).toContain(
      '  {"operationId":"listSlaEvents","method":"GET","path":"/api/v1/ext/sla/events","credential":"installation","scopes":["read:issues"],"query":{"project_id":"text","issue_id":"text","state":"text","limit":"integer"},"body":false,"idempotencyKey":false},\n',
    );
  });

  it("needs no package at run time", async () => {
    const { "validators.gen.js": module = "" } = await derivePlatform(texts);
    // From a data URL nothing can be resolved.
    const { createSecret_body: validate } = await import(`data:text/javascript,${encodeURIComponent(module)}`);
    expect(validate({ secret: { key: "A", value: "b" } })).toBe(true);
    expect(validate({ secret: { key: "A", value: " " } })).toBe(false);
  });

  it("is refused for a body that is not JSON", async () => {
    const changed = parse(texts["openapi.yaml"]);
    changed.paths["/api/v1/extensions/logs"].post.requestBody.content = {
      "text/plain": { schema: { type: "string" } },
    };
    await expect(derivePlatform({ "openapi.yaml": JSON.stringify(changed) })).rejects.toThrow(
      "openapi.yaml: post /api/v1/extensions/logs: only bodies of type application/json are supported",
    );
  });

  it("has one operation for each name, whichever document it is in", async () => {
    await expect(derivePlatform({ ...texts, "second.yaml": texts["openapi.yaml"] })).rejects.toThrow(
      "two operations are named getJwks",
    );
  });

  it("keeps the references of each document to itself", async () => {
    const named = (operationId: string, type: string) => ({
      openapi: "3.1.0",
      paths: {
        [`/${operationId}`]: {
          post: {
            operationId,
            "x-kiket-scopes": [],
            requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/Name" } } } },
          },
        },
      },
      components: { schemas: { Name: { type } } },
    });
    const { "validators.gen.js": module = "" } = await derivePlatform({
      "first.yaml": JSON.stringify(named("first", "string")),
      "second.yaml": JSON.stringify(named("second", "integer")),
    });
    const { first_body, second_body } = await import(`data:text/javascript,${encodeURIComponent(module)}`);
    expect([first_body("Ada"), first_body(1), second_body("Ada"), second_body(1)]).toEqual([true, false, false, true]);
  });
});
