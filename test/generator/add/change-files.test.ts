import { expect, it } from "vitest";
import { changeOf } from "./project.js";

const manifest = `model_version: "1.0"
extension:
  id: com.example.desk
  name: Desk
  delivery: http
  callback: { url: "\${EXTENSION_BASE_URL}" }
  custom_data:
    permissions:
      - { module: com.example.desk.labels, operations: [read, write] }
`;
const modulePath = ".kiket/modules/labels/schema.yml";
const modules = {
  [modulePath]: `module: com.example.desk.labels
version: "1.0"
tables:
  labels:
    columns:
      - { name: id, type: bigint, primary_key: true, auto_increment: true }
      - { name: code, type: string, null: false }
`,
};
const texts = { manifest, modules, moduleFolders: ["labels"] };

it("does not say that a table has columns which it lacks", () => {
  const add = (...columns: string[]) => changeOf(texts, ["table", "com.example.desk.labels", "labels", ...columns]);
  expect(add("code:string!")).toEqual({ files: [] });
  expect(add("code:string!", "colour:string")).toEqual({
    refusal: "the table labels exists without the column colour",
    hint: `write it into ${modulePath}`,
  });
  expect(add("colour:string", "weight:integer", "size:integer")).toEqual({
    refusal: "the table labels exists without the columns colour, weight and size",
    hint: `write them into ${modulePath}`,
  });
});

it("names the module where only the last part of its id was given", () => {
  expect(changeOf(texts, ["table", "labels", "printers", "name:string!"])).toEqual({
    refusal: ".kiket/modules/labels exists, but does not contain the module",
    hint: "did you mean com.example.desk.labels?",
  });
});
