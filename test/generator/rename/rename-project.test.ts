import { execFileSync } from "node:child_process";
import { chmod, cp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../../../generator/commands/rename.js";
import { generate } from "../../../generator/generate/generate.js";
import { compile } from "../../support/compile.js";
import { createProject, readTree, removeProject } from "../../support/project.js";
import { runCommand } from "../../support/run-command.js";

const folders: string[] = [];
afterAll(() => Promise.all(folders.map(removeProject)));

const manifest = `model_version: "1.0"
extension:
  id: com.example.renamed
  name: Renamed
  delivery: http
  callback: { url: "\${EXTENSION_BASE_URL}" }
  activationEvents: [issue.created, "issue.transitioned"]   # all
  hooks:
    - event: issue.created   # the first
      template: welcome
    - event: 'issue.transitioned'
  contributes:
    commands:
      - command: issue.created
        title: Not an event
        handler: { type: extension_event, event: acme.sync }
  configuration:
    welcome: { type: template, default: "{{ issue.title }} is new" }
`;

const created = `import { title } from "../title.js";
import { allow, defineHandler, type IssueCreatedV1Payload } from "../generated/events/issue.created.v1.gen.js";
import type { Issue } from "../generated/shapes.gen.js";

function idOf(issue: Issue): string {
  return String(issue.id);
}

function about({ issue, project }: IssueCreatedV1Payload): string {
  return \`\${idOf(issue)} in \${project?.name}\`;
}

// Answers issue.created.
export default defineHandler({}, async (payload, context) => {
  const { issue } = payload;
  context.log.info(about(payload), { issue: title(payload), id: idOf(issue) });
  return allow({ metadata: { issue: payload.issue.id } });
});
`;

const transitioned = `import { allow, defineHandler } from "../generated/events/issue.transitioned.v1.gen.js";

export default defineHandler({}, async ({ issue, transition }) => allow({ message: \`\${issue.id} \${transition.to}\` }));
`;

const title = `import type { IssueCreatedV1Payload } from "./generated/events/issue.created.v1.gen.js";
import type handler from "./handlers/issue.created.v1.js";

export type Created = typeof handler;
export const title = (payload: IssueCreatedV1Payload): string => payload.issue.title ?? "";
`;

const tested = `import type { Handler } from "kiket-gen/runtime";
import handler from "../src/handlers/issue.created.v1.js";
import { title } from "../src/title.js";

const deliver = <Event extends string>(_to: Handler<Event>, event: Event) => event;

export const covered = [title, deliver(handler, "issue.created"), "issue.created"];
`;

/** Generated and compiled once; each test has a copy. */
let prepared: string;
beforeAll(async () => {
  prepared = await createProject({
    ".kiket/manifest.yaml": manifest,
    "src/handlers/issue.created.v1.ts": created,
    "src/handlers/issue.transitioned.v1.ts": transitioned,
    "src/title.ts": title,
    "test/title.test.ts": tested,
  });
  await generate({ dir: prepared });
  expect(await compile(prepared)).toBe("");
});
afterAll(() => removeProject(prepared));

async function project(): Promise<string> {
  const folder = await createProject({});
  folders.push(folder);
  await cp(prepared, folder, { recursive: true });
  return folder;
}

async function rename(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const { code, stdout, stderr } = await runCommand({ run }, args);
  return { code, out: stdout, err: stderr };
}

function git(folder: string, ...args: string[]): void {
  execFileSync("git", ["-C", folder, "-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
    stdio: "ignore",
  });
}

/** The project as a repository of its own. */
async function underGit(folder: string): Promise<void> {
  git(folder, "init");
  await writeFile(join(folder, ".gitignore"), "dist\ntsconfig.*.json\n");
  git(folder, "add", "-A");
  git(folder, "commit", "-m", "start");
}

describe("renaming one event", () => {
  it("moves manifest, handler, imports, types and members, and what results compiles", async () => {
    const folder = await project();
    const { code, out, err } = await rename("issue.created", "case.created", folder, "--force");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const tree = await readTree(folder);
    expect(tree[".kiket/manifest.yaml"]).toBe(
      manifest
        .replace("[issue.created,", "[case.created,")
        .replace("event: issue.created   # the first", "event: case.created   # the first"),
    );
    expect(tree["src/handlers/issue.created.v1.ts"]).toBeUndefined();
    expect(tree["src/generated/events/issue.created.v1.gen.ts"]).toBeUndefined();
    expect(tree["src/handlers/case.created.v1.ts"]).toBe(`import { title } from "../title.js";
import { allow, defineHandler, type CaseCreatedV1Payload } from "../generated/events/case.created.v1.gen.js";
import type { Case } from "../generated/shapes.gen.js";

function idOf(issue: Case): string {
  return String(issue.id);
}

function about({ case: issue, project }: CaseCreatedV1Payload): string {
  return \`\${idOf(issue)} in \${project?.name}\`;
}

// Answers issue.created.
export default defineHandler({}, async (payload, context) => {
  const { case: issue } = payload;
  context.log.info(about(payload), { issue: title(payload), id: idOf(issue) });
  return allow({ metadata: { issue: payload.case.id } });
});
`);
    expect(tree["src/title.ts"]).toBe(
      title
        .replaceAll("IssueCreatedV1", "CaseCreatedV1")
        .replaceAll("issue.created.v1", "case.created.v1")
        .replace("payload.issue", "payload.case"),
    );
    expect(tree["src/handlers/issue.transitioned.v1.ts"]).toBe(transitioned);
    expect(tree["test/title.test.ts"]).toBe(
      tested
        .replace("handlers/issue.created", "handlers/case.created")
        .replace('(handler, "issue.created")', '(handler, "case.created")'),
    );
    expect(await compile(folder)).toBe("");
    expect(out).toContain("src/handlers/issue.created.v1.ts -> src/handlers/case.created.v1.ts");
    expect(out).toContain("-function about({ issue, project }: IssueCreatedV1Payload): string {");
    expect(out).toContain("+function about({ case: issue, project }: CaseCreatedV1Payload): string {");
    expect(out).toContain(
      "src/handlers/case.created.v1.ts:13:12  note  KG623  this text still refers to `issue.created`",
    );
    expect(out).toMatch(/\.kiket\/manifest\.yaml:18:\d+ {2}note {2}KG623/);
  });

  it("finishes a renaming that began in the manifest, and replaces the new stub if nobody filled it", async () => {
    const folder = await project();
    const path = join(folder, ".kiket/manifest.yaml");
    await writeFile(path, manifest.replaceAll("issue.transitioned", "issue.closed"));
    const { diagnostics } = await generate({ dir: folder });
    expect(diagnostics.map(({ code, hint }) => [code, hint])).toEqual([
      [
        "KG504",
        "if `issue.closed` is its new name, run `kiket-gen rename issue.transitioned issue.closed`; if it is a mistake, write `issue.transitioned` in the manifest",
      ],
    ]);
    const edited = await readTree(folder);
    expect((await rename("issue.transitioned", "issue.closed", folder, "--force")).err).toBe("");
    const tree = await readTree(folder);
    expect(tree[".kiket/manifest.yaml"]).toBe(edited[".kiket/manifest.yaml"]);
    expect(tree["src/handlers/issue.transitioned.v1.ts"]).toBeUndefined();
    expect(tree["src/handlers/issue.closed.v1.ts"]).toBe(
      transitioned.replace("issue.transitioned.v1.gen", "issue.closed.v1.gen"),
    );
  });

  it("says what to do with a stub that a mistyped name has left, and with the handler of another version", async () => {
    const folder = await project();
    const path = join(folder, ".kiket/manifest.yaml");
    const hints = async () =>
      (await generate({ dir: folder })).diagnostics.map(({ code, at, hint }) => [code, at.file, hint]);
    await writeFile(path, manifest.replaceAll("issue.created", "issue.creatd"));
    await generate({ dir: folder });
    expect((await rename("issue.creatd", "issue.created", folder, "--force")).err).toContain(
      "nobody has filled src/handlers/issue.creatd.v1.ts: delete it, and write the name in the manifest yourself",
    );
    await writeFile(path, manifest);
    expect(await hints()).toEqual([["KG504", "src/handlers/issue.creatd.v1.ts", "nobody has filled it: delete it"]]);
    await rm(join(folder, "src/handlers/issue.creatd.v1.ts"));
    await writeFile(
      path,
      manifest.replace("event: 'issue.transitioned'", "event: 'issue.transitioned'\n      version: v2"),
    );
    expect((await hints()).filter(([, file]) => String(file).includes("transitioned.v1"))).toEqual([
      [
        "KG504",
        "src/handlers/issue.transitioned.v1.ts",
        "the manifest has `issue.transitioned` as v2: move your code to its handler, then delete this file",
      ],
    ]);
  });

  it("keeps a stub in its place that somebody filled", async () => {
    const folder = await project();
    await writeFile(join(folder, ".kiket/manifest.yaml"), manifest.replaceAll("issue.transitioned", "issue.closed"));
    await generate({ dir: folder });
    await writeFile(join(folder, "src/handlers/issue.closed.v1.ts"), "export default 1;\n");
    const before = await readTree(folder);
    const { code, err } = await rename("issue.transitioned", "issue.closed", folder, "--force");
    expect([code, err]).toEqual([1, expect.stringContaining("src/handlers/issue.closed.v1.ts already exists")]);
    expect(await readTree(folder)).toEqual(before);
  });

  it("refuses a new name that is a documented event mistyped", async () => {
    const folder = await project();
    expect((await rename("issue.created", "case.creatd", folder)).err).toBe(
      "kiket-gen: no documented event is named case.creatd\n    hint: did you mean case.created? If the name is right, use --force\n",
    );
  });

  const adapterOf = (name: string) =>
    `apiVersion: kiket.dev/v1\nkind: Extension\nmetadata: { key: w, name: W, version: 1.0.0 }\nspec:\n  sourceSystem: w\n  sourceEventTypes: [${name}]\n`;

  it("leaves source event types of an adapter, which are another system's, out of Kiket's vocabulary", async () => {
    const folder = await createProject({ "kiket-extension.yaml": adapterOf("issue.created") });
    folders.push(folder);
    await generate({ dir: folder });
    const before = await readTree(folder);
    expect((await rename("--vocabulary", "case", folder, "--force")).err).toContain(
      "KG621  the raw events of an adapter have the names of another system, which did not rename them",
    );
    expect(await readTree(folder)).toEqual(before);
    const { err, out } = await rename("issue.created", "issue.create", folder, "--dry-run");
    expect([err, out]).toEqual(["", expect.stringContaining("+  sourceEventTypes: [issue.create]")]);
  });

  it("moves a source event type of an adapter with its normaliser", async () => {
    const folder = await createProject({ "extension.yaml": adapterOf("weighed") });
    folders.push(folder);
    await generate({ dir: folder });
    expect((await rename("weighed", "lorry.weighed", folder, "--force")).err).toBe("");
    const tree = await readTree(folder);
    expect(tree["extension.yaml"]).toBe(adapterOf("lorry.weighed"));
    expect(Object.keys(tree).filter((path) => path.startsWith("src/handlers/"))).toEqual([
      "src/handlers/lorry.weighed.v1.ts",
    ]);
    expect(tree["src/handlers/lorry.weighed.v1.ts"]).toContain('defineNormalizer("lorry.weighed"');
    expect(await compile(folder)).toBe("");
  });

  it("changes nothing with --dry-run", async () => {
    const folder = await project();
    const before = await readTree(folder);
    const { code, out } = await rename("issue.created", "case.created", folder, "--dry-run");
    expect(code).toBe(0);
    expect(out).toContain("+++ src/handlers/case.created.v1.ts");
    expect(await readTree(folder)).toEqual(before);
  });

  it.each([
    [["issue.closed", "case.closed"], 1, "KG621  the manifest declares no event `issue.closed`"],
    [["issue.created", "issue.transitioned"], 1, "KG621  the manifest already declares `issue.transitioned`"],
  ])("refuses %j", async (names, status, message) => {
    const folder = await project();
    const before = await readTree(folder);
    const { code, err } = await rename(...names, folder, "--force");
    expect(code).toBe(status);
    expect(err).toContain(message);
    expect(await readTree(folder)).toEqual(before);
  });

  it("keeps the mode of a handler that it moves", async () => {
    const folder = await project();
    await chmod(join(folder, "src/handlers/issue.created.v1.ts"), 0o640);
    expect((await rename("issue.created", "case.created", folder, "--force")).code).toBe(0);
    expect((await stat(join(folder, "src/handlers/case.created.v1.ts"))).mode & 0o777).toBe(0o640);
  });

  it("refuses if the new file exists", async () => {
    const folder = await project();
    await writeFile(join(folder, "src/handlers/case.created.v1.ts"), "export {};\n");
    const { code, err } = await rename("issue.created", "case.created", folder, "--force");
    expect(code).toBe(1);
    expect(err).toContain("src/handlers/case.created.v1.ts already exists");
    expect(await readFile(join(folder, "src/handlers/issue.created.v1.ts"), "utf8")).toBe(created);
  });

  it.each([
    [["issue.created"], "expected the event and its new name"],
    [["issue.created", "case/created"], '"case/created" is not a valid event name: use letters, digits, `_` and `-`'],
    [["issue.created", "a".repeat(201)], "is not a valid event name"],
    [["a.b", "a.b"], "the new name is the same as the old name"],
    [["--vocabulary", "bug"], '--vocabulary takes case or issue, not "bug"'],
  ])("refuses the arguments %j", async (args, message) => {
    await expect(rename(...args)).rejects.toThrow(message);
  });
});

describe("the vocabulary", () => {
  it("goes to case and back, to the very same files", async () => {
    const folder = await project();
    const before = await readTree(join(folder, "src"));
    expect((await rename("--vocabulary", "case", folder, "--force")).code).toBe(0);
    expect(await readFile(join(folder, "src/handlers/case.transitioned.v1.ts"), "utf8")).toBe(
      transitioned.replace("issue.transitioned", "case.transitioned").replace("{ issue,", "{ case: issue,"),
    );
    expect(await compile(folder)).toBe("");
    expect((await rename("--vocabulary", "issue", folder, "--force")).code).toBe(0);
    expect(await compile(folder)).toBe("");
    const after = await readTree(join(folder, "src"));
    expect(after["generated/events/issue.created.v1.gen.ts"]).toBe(before["generated/events/issue.created.v1.gen.ts"]);
    expect(after["title.ts"]).toBe(title);
    expect(await readFile(join(folder, ".kiket/manifest.yaml"), "utf8")).toBe(manifest);
  });
});

describe("git", () => {
  it("must track the project, or --force", async () => {
    const folder = await project();
    const { code, err } = await rename("issue.created", "case.created", folder);
    expect(code).toBe(1);
    expect(err).toContain("KG622  the project is not in a git repository");
    expect(await readFile(join(folder, ".kiket/manifest.yaml"), "utf8")).toBe(manifest);
  });

  it("must have no uncommitted changes, or --force", async () => {
    const folder = await project();
    await underGit(folder);
    await writeFile(join(folder, "notes.txt"), "not committed\n");
    const before = await readTree(join(folder, "src"));
    const dirty = await rename("issue.created", "case.created", folder);
    expect(dirty.code).toBe(1);
    expect(dirty.err).toContain("KG622  the working tree has uncommitted changes");
    expect(await readTree(join(folder, "src"))).toEqual(before);

    git(folder, "add", "-A");
    git(folder, "commit", "-m", "more");
    expect((await rename("issue.created", "case.created", folder)).code).toBe(0);
    expect((await rename("case.created", "issue.created", folder)).err).toContain("KG622");
  });
});

it("refuses handlers that are not UTF-8, because their letters would be lost", async () => {
  const handler = `// Größe\n${created}`;
  const folder = await createProject({
    ".kiket/manifest.yaml": manifest,
    "src/title.ts": title,
    "src/handlers/issue.created.v1.ts": Buffer.from(handler, "latin1"),
    "src/handlers/issue.transitioned.v1.ts": transitioned,
  });
  folders.push(folder);
  const before = await readTree(folder);
  const { code, stderr } = await runCommand({ run }, ["issue.created", "case.created", folder, "--force"]);
  expect(code).toBe(1);
  expect(stderr).toContain(
    "src/handlers/issue.created.v1.ts:1:6  error  KG110  the file is not UTF-8: it contains the byte F6\n",
  );
  expect(await readTree(folder)).toEqual(before);
});
