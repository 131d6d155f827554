import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { run } from "../../../generator/commands/rename.js";
import { generate } from "../../../generator/generate/generate.js";
import { compile } from "../../support/compile.js";
import { createProject, removeProject } from "../../support/project.js";
import { runCommand } from "../../support/run-command.js";

const folders: string[] = [];
afterAll(() => Promise.all(folders.map(removeProject)));

function manifest(...events: readonly string[]): string {
  return `extension:\n  id: com.example.hooked\n  name: Hooked\n  hooks:\n${events.map((event) => `    - event: ${event}\n`).join("")}`;
}

async function project(events: readonly string[], files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await createProject({ ".kiket/manifest.yaml": manifest(...events), ...files });
  folders.push(folder);
  await generate({ dir: folder });
  return folder;
}

const context = 'import type { Context } from "./generated/context.gen.js";\n';
const other = `interface Other { webhookUrl(action: "mail" | "sms"): void }\ndeclare const other: Other;\n`;

const uses = (mail: string) => `${context}
${other}
type Action = Parameters<Context["endpoints"]["webhookUrl"]>[0];
const addresses: Record<string, Action> = { mail: "sms" };

export async function urls({ endpoints }: Context, isMail: boolean): Promise<unknown[]> {
  const { webhookUrl } = endpoints;
  other.webhookUrl("mail");
  return [
    await endpoints.webhookUrl("${mail}"),
    await webhookUrl('${mail}'),
    await endpoints.webhookUrl(\`${mail}\`),
    await endpoints.webhookUrl(isMail ? "${mail}" : "sms"),
    await endpoints.webhookUrl("sms"),
    await endpoints.webhookUrl(addresses["mail"] as Action),
    "mail",
  ];
}
`;

it("renaming a webhook renames its action where the address is asked for, and nowhere else", async () => {
  const events = ["external.webhook.mail", "external.webhook.sms"];
  const folder = await project(events, { "src/urls.ts": uses("mail") });
  expect(await compile(folder)).toBe("");
  const { code, stderr } = await runCommand({ run }, [
    ...events.slice(0, 1),
    "external.webhook.post",
    folder,
    "--force",
  ]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(await readFile(join(folder, "src/urls.ts"), "utf8")).toBe(uses("post"));
  expect(await compile(folder)).toBe("");
});

it("the address can be asked for of the actions that the manifest declares", async () => {
  const calls = `${context}export const ask = ({ endpoints }: Context) => [endpoints.webhookUrl("sms"), endpoints.webhookUrl("mial")];\n`;
  const folder = await project(["external.webhook.mail", "external.webhook.sms"], { "src/urls.ts": calls });
  expect(await compile(folder)).toMatch(/^src\/urls\.ts\(2,\d+\): error TS2345: .*"mial".*'"mail" \| "sms"'\.\n$/);
});

it("any action can be asked for if the manifest declares none", async () => {
  const calls = `${context}export const ask = ({ endpoints }: Context) => endpoints.webhookUrl("mail");\n`;
  const folder = await project(["issue.created"], { "src/urls.ts": calls });
  expect(await compile(folder)).toBe("");
});
