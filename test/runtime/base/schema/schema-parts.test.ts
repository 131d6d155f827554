import { expect, it } from "vitest";
import { schemaParts } from "../../../../runtime/base/schema/schema-parts.js";

const named = (name: string, more: object = {}) => ({ title: name, ...more });
const titles = (schema: object, choose?: Parameters<typeof schemaParts>[2]) =>
  schemaParts(schema, schema as never, choose).map(({ title }) => title);

it("are the schema itself, and all that it names or joins, each once", () => {
  const $defs = { b: named("b", { allOf: [named("c"), { $ref: "#/$defs/b" }] }), "x/y": named("x/y") };
  const schema = named("a", {
    ...{
      $ref: "#/$defs/b",
      anyOf: [{ $ref: "#/$defs/b" }, named("d"), true],
      oneOf: [{ $ref: "#/$defs/x~1y" }],
      $defs,
    },
  });
  expect(titles(schema)).toEqual(["a", "b", "c", undefined, undefined, "d", undefined, "x/y"]);
});

it("leave out alternatives that are not chosen", () => {
  const schema = { title: "a", allOf: [named("b")], anyOf: [named("c"), named("d")], oneOf: [named("e")] };
  expect(titles(schema, (all) => all.slice(0, 1))).toEqual(["a", "b", "c", "e"]);
});

it("end where schemas go round, however many ways there are", () => {
  const round = [{ $ref: "#" }, { $ref: "#" }, { $ref: "#/$defs/a" }, { $ref: "#/$defs/gone" }, { $ref: "other#" }];
  const schema = { title: "a", anyOf: round, oneOf: round, $defs: { a: { title: "b", anyOf: round } } };
  expect(titles(schema).filter((title) => title !== undefined)).toEqual(["a", "b"]);
});
