import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createVariables, programEnvironment, readVariables } from "../../../generator/dev/environment.js";
import { createProject, removeProject } from "../../support/project.js";

it("prefers what the loop sets, then the environment, then the file", () => {
  const file = { A: "file", B: "file", KIKET_BASE_URL: "https://kiket.dev", PORT: "3000" };
  const own = { KIKET_BASE_URL: "http://127.0.0.1:4849", KIKET_WORKSPACE_TOKEN: "local", PORT: "3001" };
  const environment = { B: "environment", KIKET_WORKSPACE_TOKEN: "real", GONE: undefined };
  expect(programEnvironment(file, environment, own)).toEqual({
    variables: { A: "file", B: "environment", ...own },
    setAside: ["KIKET_BASE_URL", "KIKET_WORKSPACE_TOKEN"],
  });
});

it("sets nothing aside that is empty or the same", () => {
  expect(programEnvironment({ A: "", B: "1" }, {}, { A: "1", B: "1" }).setAside).toEqual([]);
});

it("takes what the environment has from the file for the file's, and tells names once", async () => {
  const folder = await createProject({ ".env": "A=1\nKEY=real\n" });
  const file = join(folder, ".env");
  const told: (readonly string[])[] = [];
  const variables = createVariables(file, { A: "1", B: "2" }, { KEY: "own" }, (names) => told.push(names));
  expect(variables()).toEqual({ A: "1", B: "2", KEY: "own" });
  await writeFile(file, "A=3\nKEY=real\n");
  expect(variables()).toEqual({ A: "3", B: "2", KEY: "own" });
  expect(told).toEqual([["KEY"]]);
  await removeProject(folder);
});

it("reads a file of variables, and tells one that does not exist from others", async () => {
  const folder = await createProject({});
  await writeFile(join(folder, ".env"), '# comment\nA="one two"\nexport B=2\n');
  expect(readVariables(join(folder, ".env"))).toEqual({ A: "one two", B: "2" });
  expect(readVariables(join(folder, "other"))).toBeUndefined();
  expect(() => readVariables(folder)).toThrow();
  await removeProject(folder);
});
