import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditProject } from "../../../generator/audit/audit-project.js";
import { createHost } from "../../../generator/project/host.js";
import { readProject } from "../../../generator/project/read-project.js";
import { createProject, removeProject } from "../../support/project.js";

const folders: string[] = [];
afterAll(() => Promise.all(folders.map(removeProject)));

const manifest = `model_version: "1.0"
extension:
  id: com.example.audited
  name: Audited
  delivery: http
  callback:
    url: \${EXTENSION_BASE_URL}
    secret: env.CALLBACK_KEY
  permissions:
    - issues:read
    - users:read
    - notifications:write
  hooks:
    - event: issue.created
      template: welcome
  configuration:
    GREETING: { type: string, default: Hello }
    UNREAD: { type: integer, default: "3" }
    welcome: { type: template, default: "{{ issue.title }}" }
    API_TOKEN: { type: string, secret: true }
    OLD_TOKEN: { type: string, secret: true }
    CALLBACK_KEY: { type: string, secret: true }
  custom_data:
    permissions:
      - module: com.example.leads
        operations: [read, delete]
      - module: kiket.team.capacity
        operations: [read]
`;

const schema = `module: com.example.leads
version: "1.0"
tables:
  leads:
    columns:
      - { name: id, type: bigint, primary_key: true, auto_increment: true }
      - { name: email, type: string, null: false }
`;

const top = `import { allow, defineHandler } from "../generated/events/issue.created.v1.gen.js";
import { Scope } from "../generated/scopes.gen.js";
`;

/** What is said of a handler, without the file names: `handler` for the handler, `manifest` for the manifest. */
async function auditOf(handler: string, more: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const folder = await createProject({
    ".kiket/manifest.yaml": manifest,
    ".kiket/modules/leads/schema.yml": schema,
    "src/handlers/issue.created.v1.ts": handler,
    ...more,
  });
  folders.push(folder);
  const host = createHost(folder);
  const { diagnostics } = await auditProject(host, await readProject(host, { dir: folder }));
  return diagnostics.map(({ at, severity, code, message }) => {
    const file = at.file
      .replace("src/handlers/issue.created.v1.ts", "handler")
      .replace(".kiket/manifest.yaml", "manifest");
    return `${file}:${at.line}:${at.column} ${severity} ${code} ${message}`;
  });
}

function handler(body: string, options = "{ requiredScopes: [Scope.IssuesRead] }"): string {
  return `${top}
export default defineHandler(${options}, async (payload, context) => {
  void payload;
${body}
  return allow();
});
`;
}

/** Uses all that the manifest declares. */
const everything = `  context.requireScopes(Scope.UsersRead);
  await context.endpoints.notify("a", context.settings.GREETING);
  context.requireScopes(Scope.NotificationsWrite);
  context.log.info(String(context.settings.UNREAD), { set: context.secret("API_TOKEN") !== undefined });
  const { OLD_TOKEN: old } = context.payloadSecrets;
  void old;
  void context.payloadSecrets.OLD_TOKEN;
  const { leads } = context.customData(1).leads;
  await leads.list();
  await leads.delete(1);
  await context.customData().capacity("people").get(1);`;

describe("what is declared and not used", () => {
  it("is nothing where all of it is used", async () => {
    expect(await auditOf(handler(everything))).toEqual([]);
  });

  it("is nothing where the project imports with .ts", async () => {
    const options = { module: "NodeNext", strict: true, allowImportingTsExtensions: true };
    const tsconfig = JSON.stringify({ compilerOptions: options });
    expect(await auditOf(handler(everything).replaceAll(".gen.js", ".gen.ts"), { "tsconfig.json": tsconfig })).toEqual(
      [],
    );
  });

  it("is reported at its line of the manifest", async () => {
    expect(await auditOf(handler("", "{}"))).toEqual([
      "manifest:10:7 warning KG601 no handler uses the permission `issues:read`",
      "manifest:11:7 warning KG601 no handler uses the permission `users:read`",
      "manifest:12:7 warning KG601 no handler uses the permission `notifications:write`",
      "manifest:17:5 warning KG605 no handler reads the setting `GREETING`",
      "manifest:18:5 warning KG605 no handler reads the setting `UNREAD`",
      "manifest:20:5 warning KG603 no handler reads the secret `API_TOKEN`",
      "manifest:21:5 warning KG603 no handler reads the secret `OLD_TOKEN`",
      "manifest:25:17 warning KG607 no handler uses `delete` on `com.example.leads`",
      "manifest:25:17 warning KG607 no handler uses `read` on `com.example.leads`",
      "manifest:27:17 warning KG607 no handler uses `read` on `kiket.team.capacity`",
    ]);
  });

  it("is used where the manifest refers to it, however that is written, but not in a comment", async () => {
    const text = manifest
      .replace("secret: env.CALLBACK_KEY", 'secret: "env: CALLBACK_KEY"')
      .replace("default: Hello }", 'default: "env: API_TOKEN" } # env.OLD_TOKEN')
      .replace('default: "3" }', `default: "\${GREETING:-3}" }`);
    const found = await auditOf(handler("", "{}"), { ".kiket/manifest.yaml": text });
    expect(found.filter((line) => /KG60[35]/.test(line))).toEqual([
      "manifest:18:5 warning KG605 no handler reads the setting `UNREAD`",
      "manifest:21:5 warning KG603 no handler reads the secret `OLD_TOKEN`",
    ]);
  });

  it("is undecided for a permission that a call of unknown scope may need", async () => {
    const found = await auditOf(handler('  await context.endpoints.notify("a", "b");', "{}"));
    expect(found).toContain(
      "manifest:12:7 note KG609 cannot tell whether `notifications:write` is used: the permissions that post /api/v1/extensions/notifications needs are not known",
    );
    expect(found.filter((line) => line.includes("notifications:write"))).toHaveLength(1);
  });
});

/** What a handler does, and what is said of it. */
const undeclared: readonly (readonly [string, string, string])[] = [
  [
    "a call of the API",
    '  await context.api.POST("/api/v1/ext/issues", { body: {} });',
    "handler:6:26 error KG602 the manifest does not declare the permission `issues:write`: post /api/v1/ext/issues needs it",
  ],
  [
    "the same by the general method",
    '  await context.api.request("post", "/api/v1/ext/issues", { body: {} });',
    "handler:6:37 error KG602 the manifest does not declare the permission `issues:write`: post /api/v1/ext/issues needs it",
  ],
  [
    "the same through a variable",
    '  const { POST } = context.api;\n  await POST("/api/v1/ext/issues", { body: {} });',
    "handler:7:14 error KG602 the manifest does not declare the permission `issues:write`: post /api/v1/ext/issues needs it",
  ],
  [
    "a constant that is not there",
    "  context.requireScopes(Scope.IssuesWrite);",
    "handler:6:31 error KG602 the manifest does not declare the permission `issues:write`: a handler requires it",
  ],
  [
    "a permission by name",
    '  context.requireScopes("workflows:read");',
    "handler:6:25 error KG602 the manifest does not declare the permission `workflows:read`: a handler requires it",
  ],
  ["a secret", '  context.secret("OTHER");', "handler:6:18 error KG604 the manifest declares no secret `OTHER`"],
  [
    "a secret through a variable",
    '  const { secret } = context;\n  secret("OTHER");',
    "handler:7:10 error KG604 the manifest declares no secret `OTHER`",
  ],
  ["a setting", "  void context.settings.NOPE;", "handler:6:25 error KG606 the manifest declares no setting `NOPE`"],
  [
    "a setting by its key",
    '  void context.settings["NOPE"];',
    "handler:6:8 error KG606 the manifest declares no setting `NOPE`",
  ],
  [
    "a setting taken out",
    "  const { GREETING, NOPE } = context.settings;\n  void [GREETING, NOPE];",
    "handler:6:21 error KG606 the manifest declares no setting `NOPE`",
  ],
  [
    "an operation on a table",
    '  await context.customData(1).leads.leads.create({ email: "a" });',
    "handler:6:9 error KG608 the manifest does not grant `write` on `com.example.leads`, which create needs",
  ],
  [
    "an operation on a module without schema",
    '  const people = context.customData(1).capacity("people");\n  await people.update(1, {});',
    "handler:7:9 error KG608 the manifest does not grant `write` on `kiket.team.capacity`, which update needs",
  ],
  [
    "an operation by wire names",
    '  await context.endpoints.customData(1).list("com.example.other", "a");',
    "handler:6:9 error KG608 the manifest does not grant `read` on `com.example.other`, which list needs",
  ],
  [
    "a table",
    '  await context.endpoints.customData(1).list("com.example.leads", "orders");',
    "handler:6:9 error KG608 the module `com.example.leads` has no table `orders`",
  ],
  [
    "a module",
    "  void context.customData(1).orders;",
    "handler:6:30 error KG608 the manifest gives no access to custom data `orders`",
  ],
];

describe("what is used and not declared", () => {
  let found: string[];
  beforeAll(async () => {
    const files = undeclared.map(([, body], index) => [`src/cases/case-${index}.ts`, handler(body)] as const);
    found = await auditOf(handler(""), Object.fromEntries(files));
  });

  it.each(undeclared.map(([what, , expected], index) => [what, expected, index] as const))(
    "%s",
    (_what, expected, index) => {
      const own = found.filter((line) => line.startsWith(`src/cases/case-${index}.ts`) && line.includes(" error "));
      expect(own).toEqual([expected.replace("handler", `src/cases/case-${index}.ts`)]);
    },
  );

  it("names required permissions in a handler's options", async () => {
    const found = await auditOf(handler("", '{ requiredScopes: [Scope.IssuesRead, "boards:read"] }'));
    expect(found.filter((line) => line.includes(" error "))).toEqual([
      "handler:4:67 error KG602 the manifest does not declare the permission `boards:read`: a handler requires it",
    ]);
  });
});

describe("what cannot be decided", () => {
  it.each([
    [
      "a computed secret",
      "  context.secret(payload.issue.key as never);",
      "handler:6:18 note KG609 cannot tell which secrets are used: the name of a secret is computed",
      "KG603",
    ],
    [
      "a computed setting",
      "  void context.settings[payload.issue.key as never];",
      "handler:6:8 note KG609 cannot tell which settings are used: a key of the settings object is computed",
      "KG605",
    ],
    [
      "settings given away",
      "  context.log.info(JSON.stringify(context.settings));",
      "handler:6:35 note KG609 cannot tell which settings are used: the settings object is passed to code that is not analysed",
      "KG605",
    ],
    [
      "the context given away",
      "  (globalThis as unknown as { use(value: unknown): void }).use(context);",
      "handler:6:64 note KG609 cannot tell which permissions, secrets, settings or custom-data operations are used: the context is passed to code that is not analysed",
      "KG60[1357]",
    ],
    [
      "a function of the context given away",
      '  void ["A"].map(context.secret as never);',
      "handler:6:18 note KG609 cannot tell which secrets are used: `secret` is passed to code that is not analysed",
      "KG603",
    ],
    [
      "a computed call",
      "  await context.api.GET(payload.issue.url as never);",
      "handler:6:9 note KG609 cannot tell which permissions are used: the operation of this call is computed",
      "KG601",
    ],
  ])("%s is a note, and nothing is called unused for it", async (_what, body, expected, silent) => {
    const found = await auditOf(handler(body));
    expect(found.filter((line) => line.includes(" note "))).toEqual([expected]);
    expect(found.filter((line) => new RegExp(silent).test(line))).toEqual([]);
  });
});

describe("what the handlers import", () => {
  const shared = `import type { Context } from "../generated/context.gen.js";

export function greet(context: Context): string {
  const { settings: { GREETING }, secret } = context;
  return GREETING + String(secret("API_TOKEN")) + context.settings.GONE;
}
`;
  const use = `${top.replace("import { Scope", 'import { greet } from "../lib/greet.js";\nimport { Scope')}
export default defineHandler({ requiredScopes: [Scope.IssuesRead] }, async (_payload, context) => {
  return allow({ message: greet(context) });
});
`;

  it("is read too, and a context passed on inside the project stays known", async () => {
    const found = await auditOf(use, { "src/lib/greet.ts": shared });
    expect(found.filter((line) => /GREETING|API_TOKEN|note/.test(line))).toEqual([]);
    expect(found).toContain("src/lib/greet.ts:5:68 error KG606 the manifest declares no setting `GONE`");
  });

  it("does not count the project's tests", async () => {
    const test =
      'import { greet } from "./greet.js";\nvoid greet;\nexport const read = (c: import("../generated/context.gen.js").Context) => c.settings.UNREAD;\n';
    const found = await auditOf(use, { "src/lib/greet.ts": shared, "src/lib/greet.test.ts": test });
    expect(found).toContain("manifest:18:5 warning KG605 no handler reads the setting `UNREAD`");
  });
});

describe("sources that cannot be read", () => {
  it("are one diagnostic for a broken tsconfig.json", async () => {
    const [found, ...rest] = await auditOf(handler(""), { "tsconfig.json": "{ broken" });
    expect(found).toMatch(/^manifest:1:1 error KG610 tsconfig\.json cannot be read: /);
    expect(rest).toEqual([]);
  });

  it("are one diagnostic for a merge conflict, one side of which TypeScript ignores", async () => {
    const conflict = "<<<<<<< HEAD\nconst a = 1;\n=======\nconst a = 2;\n>>>>>>> other\n";
    expect(await auditOf(handler("") + conflict)).toEqual([
      "handler:9:1 error KG610 unresolved merge conflict: lines 9 to 13",
    ]);
  });

  it("are not texts that look like conflicts", async () => {
    const text = "\nexport const example = `\n<<<<<<< HEAD\n=======\n>>>>>>> other\n`;\n";
    expect((await auditOf(handler("") + text)).filter((line) => line.includes("KG610"))).toEqual([]);
  });
});
