import { createRequire } from "node:module";
import { join } from "node:path";
import type { TestFiles, TestMaterial, TestPlan, TestRefusal } from "kiket-gen/dev";
import { isObject } from "../../base/shape.js";
import type { Model } from "../../model/model.js";
import { paths } from "../../output/plan.js";
import { describeSystemError, type Host } from "../../project/host.js";
import { importExtension } from "../../project/import-extension.js";
import type { Layout } from "../../project/layout.js";
import { applyChanges } from "../../project/writing/file-changes.js";
import { redactedPaths } from "../once/redacted-values.js";
import { nameObjection, suggestedName } from "./test-name.js";
import { assertions, type TestSubject, testText } from "./test-text.js";

interface TestFilesParts {
  /** The project's folder, absolute. */
  readonly folder: string;
  readonly host: Pick<Host, "read" | "list" | "exists" | "compilerSetup">;
  /** What was generated last. */
  readonly project: () => { readonly source: { readonly layout: Layout }; readonly model: Model };
  /** The environment of the extension, without what `dev` sets itself. */
  readonly variables: TestFiles["variables"];
  /** Is told the files that were written. */
  readonly onWritten: (plan: TestPlan) => void;
}

const foldersOfTests = ["test", "tests", "__tests__"];

/** Where saved tests go: in the project's folder of tests, away from those that were written. */
async function folderOfTests(host: TestFilesParts["host"]): Promise<string> {
  const names = await host.list("");
  return `${foldersOfTests.find((name) => names.includes(name)) ?? "test"}/saved`;
}

function hasPackage(packageJson: string | undefined, name: string): boolean {
  const lists = ["dependencies", "devDependencies", "peerDependencies"];
  try {
    const content: unknown = JSON.parse(packageJson ?? "");
    return isObject(content) && lists.some((list) => isObject(content[list]) && Object.hasOwn(content[list], name));
  } catch {
    return false;
  }
}

/** Whether Node finds the package from the project: in its folder, or in one above. */
function isFound(folder: string, name: string): boolean {
  try {
    createRequire(join(folder, "package.json")).resolve(`${name}/package.json`);
    return true;
  } catch {
    return false;
  }
}

const refuse = (status: TestRefusal["status"], problem: string, hint: string): TestRefusal => ({
  status,
  problem,
  hint,
});

/** Writes tests into the project: a vitest file, and a data file beside it with all that comes from a delivery. */
export function createTestFiles({ folder, host, project, variables, onWritten }: TestFilesParts): TestFiles {
  /** Names without endings, in lower case: some file systems take no other for another name. */
  async function takenIn(tests: string): Promise<ReadonlySet<string>> {
    const names = await host.list(tests);
    return new Set(names.map((name) => name.toLowerCase().split(".")[0] ?? ""));
  }

  function write(plan: TestPlan, texts: readonly string[]): TestRefusal | undefined {
    // The data first, so that at no moment there is a test without them.
    const changes = plan.files.map((path, index) => ({ path, text: texts[index] ?? "" })).reverse();
    try {
      const refused = applyChanges(folder, changes);
      if (refused === undefined) return void onWritten(plan);
      const why = refused.place === undefined ? "exists by now" : refused.objection;
      return refuse(409, `Nothing was written: ${refused.path} ${why}`, "choose another name, or move the link");
    } catch (error) {
      const why = describeSystemError(error);
      if (why === undefined) throw error;
      return refuse(409, `Nothing was written: ${why}`, "see who may write there, and save again");
    }
  }

  /** The event as the manifest declares it. An adapter that declares none takes every one. */
  function declared({ kind, event, version }: TestMaterial): { readonly isDeclared: boolean } | TestRefusal {
    const { events } = project().model;
    const isDeclared = events.some((one) => one.name === event && (kind === "adapter" || one.version === version));
    if (isDeclared || (kind === "adapter" && events.length === 0)) return { isDeclared };
    const name = kind === "adapter" ? event : `${event} ${version}`;
    return refuse(
      409,
      `The manifest does not declare ${name}`,
      "declare it, or save a delivery of an event that it declares",
    );
  }

  return {
    variables,
    settings: () =>
      Object.fromEntries(
        project().model.settings.map(({ key, defaultFrom }) => [
          key,
          [key, ...(defaultFrom?.from === "env" ? [defaultFrom.name] : [])],
        ]),
      ),
    async prepare(material, wanted) {
      const { layout } = project().source;
      const found = declared(material);
      if ("problem" in found) return found;
      const generated = `${paths.testing(layout)}.ts`;
      if (!(await host.exists(generated))) {
        return refuse(409, `${generated} is missing, which the test imports`, "run npx kiket-gen");
      }
      const tests = await folderOfTests(host);
      const taken = await takenIn(tests);
      const name = wanted ?? suggestedName(material.event, (one) => taken.has(one));
      const objection = nameObjection(name);
      if (objection !== undefined) return refuse(422, objection, "for example issue-created-1");
      const files = [`${tests}/${name}.test.ts`, `${tests}/${name}.json`];
      if (taken.has(name))
        return refuse(409, `${tests} has a file of this name already: ${name}`, "choose another name");

      const setup = await host.compilerSetup?.(tests);
      const { data, remarks: _, ...rest } = material;
      const subject: TestSubject = {
        ...{ ...rest, ...found, folder: tests, layout, members: Object.keys(data), dataFile: `${name}.json` },
        extension: setup === undefined ? ".js" : importExtension(setup),
      };
      const isInstalled = hasPackage(await host.read("package.json"), "vitest") || isFound(folder, "vitest");
      const hidden = redactedPaths(material.kind === "adapter" ? data.payload : bodyOf(data), "");
      const plan: TestPlan = {
        ...{ name, files, command: `npx vitest run ${files[0]}`, asserts: assertions(subject) },
        remarks: [
          ...(hidden.length === 0 ? [] : [`Hidden in the payload: ${hidden.slice(0, 5).join(", ")}.`]),
          ...(isInstalled ? [] : ["vitest is not installed: run npm install --save-dev vitest."]),
        ],
      };
      return { plan, write: async () => write(plan, [testText(subject), `${JSON.stringify(data, null, 2)}\n`]) };
    },
  };
}

/** The payload in the body of a recording. */
function bodyOf({ body }: TestMaterial["data"]): unknown {
  if (!isObject(body)) return undefined;
  const { authentication: _, secrets: __, ...payload } = body;
  return payload;
}
