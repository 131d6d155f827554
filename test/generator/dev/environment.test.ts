import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import {
  createVariables,
  extensionPort,
  programEnvironment,
  readVariables,
} from "../../../generator/dev/environment.js";
import { createProject, removeProject } from "../../support/project.js";

const direct = { NO_PROXY: "127.0.0.1,localhost,[::1]", no_proxy: "127.0.0.1,localhost,[::1]" };

it("lets no proxy have the calls to the local Kiket, beside what the user leaves out of it", () => {
  const noProxyOf = (environment: Readonly<Record<string, string>>) => {
    const { NO_PROXY, no_proxy } = programEnvironment({ HTTP_PROXY: "http://proxy:3128" }, environment, {}).variables;
    return [NO_PROXY, no_proxy];
  };
  expect(noProxyOf({})).toEqual(["127.0.0.1,localhost,[::1]", "127.0.0.1,localhost,[::1]"]);
  const both = ".corp,127.0.0.1,localhost,[::1]";
  expect(noProxyOf({ NO_PROXY: ".corp" })).toEqual([both, both]);
  expect(noProxyOf({ no_proxy: ".corp", NO_PROXY: "other" })).toEqual([both, both]);
  expect(noProxyOf({ NO_PROXY: "*" })).toEqual(["*", "*"]);
});

it("prefers what the loop sets, then the environment, then the file", () => {
  const file = { A: "file", B: "file", KIKET_BASE_URL: "https://kiket.dev", PORT: "3000" };
  const own = { KIKET_BASE_URL: "http://127.0.0.1:4849", KIKET_WORKSPACE_TOKEN: "local", PORT: "3001" };
  const environment = { B: "environment", KIKET_WORKSPACE_TOKEN: "real", GONE: undefined };
  expect(programEnvironment(file, environment, own)).toEqual({
    variables: { A: "file", B: "environment", ...own, ...direct },
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
  const variables = createVariables(
    file,
    { A: "1", B: "2" },
    () => ({ KEY: "own" }),
    (names) => told.push(names),
    () => {},
  );
  expect(variables()).toEqual({ A: "1", B: "2", KEY: "own", ...direct });
  await writeFile(file, "A=3\nKEY=real\n");
  expect(variables()).toEqual({ A: "3", B: "2", KEY: "own", ...direct });
  expect(told).toEqual([["KEY"]]);
  await removeProject(folder);
});

it("gives what was set on the page before the file and the environment, and says where the others are from", async () => {
  const folder = await createProject({ ".env": "A=file\nB=file\nC=file\n" });
  const file = join(folder, ".env");
  let onPage: Readonly<Record<string, string>> = {};
  const variables = createVariables(
    file,
    { B: "mine", KEY: "mine", D: "" },
    () => ({ KEY: "own" }),
    () => {},
    () => {},
    () => onPage,
  );
  expect(variables()).toMatchObject({ A: "file", B: "mine", C: "file", KEY: "own" });
  onPage = { A: "page", B: "page", KEY: "page" };
  expect(variables()).toMatchObject({ A: "page", B: "page", C: "file", KEY: "own" });
  expect(["A", "B", "D", "toString"].map(variables.find)).toEqual([
    { value: "file", from: ".env" },
    { value: "mine", from: "environment" },
    { value: "", from: "environment" },
    undefined,
  ]);
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

it("finds the port of the extension: in the environment, in the file, else the usual one", async () => {
  const folder = await createProject({ ".env": "PORT= 3000\n" });
  const file = join(folder, ".env");
  expect(extensionPort({ PORT: "4000" }, file)).toBe(4000);
  expect(extensionPort({}, file)).toBe(3000);
  expect(extensionPort({}, join(folder, "none"))).toBe(8000);
  expect(extensionPort({ PORT: "" }, file, 0)).toBe(0);
  expect(() => extensionPort({ PORT: "70000" }, file)).toThrow('PORT must be a port between 0 and 65535, not "70000"');
  await removeProject(folder);
});
