import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generate } from "../../generator/index.js";
import { compile, testedCompilers } from "../support/compile.js";
import { createProject, removeProject } from "../support/project.js";

const advice = 'NotPermitted<"a webhook brings no runtime token: call Kiket with an API key, by createApiKeyClient">';

/** A handler's body and what the compiler must say of it; `undefined` for what must be accepted. */
const cases: readonly (readonly [string, string | undefined])[] = [
  ['context.log.info("seen", { id: payload.case.id });', undefined],
  ["return context.deliveryId + String(context.now());", undefined],
  ["const token: string | null = context.auth.runtimeToken; return token;", undefined],
  ["await context.endpoints.rateLimit();", `Property 'rateLimit' does not exist on type '${advice}'`],
  ['await context.api.GET("/api/v1/ext/issues");', `Property 'GET' does not exist on type '${advice}'`],
  ['await context.secrets.get("A");', `Property 'get' does not exist on type '${advice}'`],
  ["await context.customData(1);", `Type '${advice}' has no call signatures`],
  ['context.secret("TOKEN");', "not assignable to parameter of type 'never'"],
  ['context.requireScopes("issues:read");', "not assignable to parameter of type 'never'"],
  ["void context.settings.GREETING;", "Property 'GREETING' does not exist"],
];

const program = `import { createExtension, registration, type Options } from "./generated/extension.gen.js";
import { createTestExtension } from "./generated/testing.gen.js";

export const path: "/tide" = registration.path;
export const events: readonly ["case.created"] = registration.events;
export const options: Options = { webhookSecrets: ["whsec_a", "whsec_b"] };
export const extension = createExtension(options);
// @ts-expect-error: the signature is the only proof of origin that a receiver has
export const open = createExtension({ auth: "token" });
export async function test(): Promise<void> {
  const kiket = await createTestExtension({ webhookSecrets: "whsec_test" });
  await kiket.deliver("case.created", "v1", { case: { title: "First" } });
  // @ts-expect-error: not an event of the receiver
  await kiket.deliver("case.updated", "v1");
}
`;

let folder: string;
beforeAll(async () => {
  folder = await createProject({ "kiket-webhook.yaml": "path: /tide\nevents: [case.created]\n" });
  await generate({ dir: folder });
  await writeFile(join(folder, "src/program.ts"), program);
});
afterAll(() => removeProject(folder));

describe("a receiver of webhooks", () => {
  it.each(testedCompilers)("has no call to Kiket in its context, with TypeScript %s", async (version) => {
    const handlers = cases.map(
      ([body], index) => `import { defineHandler } from "./generated/events/case.created.v1.gen.js";
export const handler${index} = defineHandler(async (payload, context) => { void payload; void context; ${body} });
`,
    );
    await Promise.all(handlers.map((text, index) => writeFile(join(folder, `src/case${index}.ts`), text)));
    const output = await compile(folder, version);
    const told = cases.map((_, index) => output.split("\n").filter((line) => line.startsWith(`src/case${index}.ts`)));
    cases.forEach(([body, expected], index) => {
      const lines = told[index]?.join("\n") ?? "";
      if (expected === undefined) expect(lines, body).toBe("");
      else expect(output.slice(output.indexOf(`src/case${index}.ts`)).split("\nsrc/")[0], body).toContain(expected);
    });
    expect(output).not.toContain("src/program.ts");
  });
});
