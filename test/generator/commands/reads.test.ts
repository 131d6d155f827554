import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as add from "../../../generator/commands/add.js";
import * as audit from "../../../generator/commands/audit.js";
import type { Command } from "../../../generator/commands/command.js";
import * as compare from "../../../generator/commands/compare.js";
import * as generate from "../../../generator/commands/generate.js";
import * as lint from "../../../generator/commands/lint.js";
import * as rename from "../../../generator/commands/rename.js";
import { parse } from "../../../generator/manifest/parse.js";
import { createHost, type Host } from "../../../generator/project/host.js";
import { createProject, removeProject } from "../../support/project.js";
import { runCommand } from "../../support/run-command.js";
import { manifestOf, moneySchema, widgetApi, widgetSchema } from "../contracts/schemas/own.js";

vi.mock("../../../generator/manifest/parse.js", async (original) => {
  const own = await original<typeof import("../../../generator/manifest/parse.js")>();
  return { ...own, parse: vi.fn(own.parse) };
});

const handler = `import { allow, defineHandler } from "../generated/events/widget.made.v1.gen.js";

export default defineHandler({ requiredScopes: [] }, async (_payload, context) => {
  await context.api.GET("/widgets/{id}", { params: { path: { id: 1 } } });
  return allow();
});
`;

const inputs = {
  ".kiket/manifest.yaml": `${manifestOf(["widget.made"], ["users:read"])}  custom_data:
    permissions:
      - { module: com.example.leads, operations: [read] }
`,
  ".kiket/modules/leads/schema.yml":
    "module: com.example.leads\ntables:\n  leads:\n    columns:\n      - { name: id, type: bigint, primary_key: true }\n",
  "tsconfig.json": '{ "extends": "./tsconfig.base.json", "compilerOptions": { "module": "NodeNext", "strict": true } }',
  "tsconfig.base.json": "{}",
  "contracts/widget.made.v1.schema.json": JSON.stringify(widgetSchema),
  "contracts/common/money.json": JSON.stringify(moneySchema),
  "api/widgets.yaml": widgetApi,
};

let folder: string;
let reads: string[];
beforeEach(async () => {
  reads = [];
  folder = await createProject({ ...inputs, "src/handlers/widget.made.v1.ts": handler });
  await mkdir(join(folder, "node_modules"));
  await run(generate, "--events", "contracts", "--openapi", "api/widgets.yaml", folder);
});
afterEach(() => removeProject(folder));

/** Counts what is read and listed through it. */
function counting(dir: string): Host {
  const host = createHost(dir);
  return {
    ...host,
    // Where nothing is, a command may create a file and read that.
    async read(path) {
      const text = await host.read(path);
      if (text !== undefined) reads.push(path);
      return text;
    },
    list: (path) => {
      reads.push(`${path}/`);
      return host.list(path);
    },
  };
}

async function run(command: Command, ...args: readonly string[]): Promise<string> {
  reads = [];
  vi.mocked(parse).mockClear();
  const { stdout, stderr } = await runCommand(command, args, counting);
  return stdout + stderr;
}

/** What was read more than once, with how often. */
function repeated(): Record<string, number> {
  const counts = new Map<string, number>();
  for (const path of reads) counts.set(path, (counts.get(path) ?? 0) + 1);
  return Object.fromEntries([...counts].filter(([, count]) => count > 1));
}

/** The inputs that were read, and the lock file. Configurations of the compiler are not read through the host. */
function known(): string[] {
  return [...Object.keys(inputs), "src/generated/kiket-gen.lock.json"]
    .filter((path) => reads.includes(path) && !path.startsWith("tsconfig"))
    .sort();
}

const everyInput = [
  ".kiket/manifest.yaml",
  ".kiket/modules/leads/schema.yml",
  "api/widgets.yaml",
  "contracts/common/money.json",
  "contracts/widget.made.v1.schema.json",
  "src/generated/kiket-gen.lock.json",
];

describe("what is read once", () => {
  it.each<[what: string, command: Command, args: readonly string[], parses: number, said: string]>([
    ["generating with nothing to do", generate, [], 0, "nothing to do\n"],
    ["generating", generate, ["--check", "--manifest", ".kiket/manifest.yaml"], 1, " up to date\n"],
    ["checking", generate, ["--check"], 0, "nothing to do\n"],
    ["adding", add, ["setting", "BURST", "--default", "5", "--dir"], 2, "written  src/generated/settings.gen.ts\n"],
    [
      "adding a module",
      add,
      ["table", "com.example.orders", "orders", "--dir"],
      2,
      ".kiket/modules/orders/schema.yml\n",
    ],
    ["linting", lint, [], 1, "L14"],
    ["auditing", audit, [], 1, "KG601"],
    ["fixing", audit, ["--fix"], 5, "-  permissions: [users:read]\n"],
    [
      "renaming",
      rename,
      ["widget.made", "widget.built", "--force"],
      2,
      "created  src/generated/events/widget.built.v1",
    ],
  ])("in %s", async (_what, command, args, parses, said) => {
    const output = await run(command, ...args, folder);
    expect(output).toContain(said);
    expect(repeated()).toEqual({});
    expect(parse).toHaveBeenCalledTimes(parses);
    expect(known()).toEqual(everyInput);
  });

  it.each<[what: string, args: readonly string[]]>([
    ["with the shipped schemas", ["--events", "contracts", "--openapi", "api/widgets.yaml"]],
    ["two folders", ["contracts", "other/events"]],
    ["two folders like the package's", ["next", "other"]],
    ["two documents", ["api/widgets.yaml", "next/openapi.json"]],
  ])("in comparing %s", async (_what, args) => {
    const schema = JSON.stringify(widgetSchema);
    const document = '{ "openapi": "3.1.0", "info": { "title": "A", "version": "1" }, "paths": {} }';
    const tree = {
      "events/widget.made.v1.schema.json": schema,
      "events/common/money.json": "{}",
      "openapi.json": document,
    };
    for (const [path, text] of Object.entries(tree)) {
      for (const side of ["other", "next"]) {
        await mkdir(dirname(join(folder, side, path)), { recursive: true });
        await writeFile(join(folder, side, path), text);
      }
    }
    await run(compare, ...args.map((arg) => (arg.startsWith("--") ? arg : join(folder, arg))));
    expect(reads).not.toEqual([]);
    expect(repeated()).toEqual({});
  });
});
