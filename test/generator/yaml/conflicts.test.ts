import { expect, it } from "vitest";
import { conflictsIn } from "../../../generator/yaml/conflicts.js";

it.each<[string, string, readonly (readonly [number, number])[]]>([
  ["no marker", "a: b\n", []],
  ["one conflict", "a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> other\nc: 1\n", [[2, 6]]],
  ["Windows line ends", "<<<<<<< HEAD\r\nb: 1\r\n=======\r\nb: 2\r\n>>>>>>> other\r\n", [[1, 5]]],
  ["the style diff3", "<<<<<<< ours\na\n||||||| 1234567\nb\n=======\nc\n>>>>>>> theirs\n", [[1, 7]]],
  ["names that are left out", "<<<<<<<\n=======\n>>>>>>>", [[1, 3]]],
  [
    "two",
    "<<<<<<< a\n=======\n>>>>>>> b\nx\n<<<<<<< a\n=======\n>>>>>>> b\n",
    [
      [1, 3],
      [5, 7],
    ],
  ],
  ["markers inside lines", 'a: "<<<<<<< HEAD"\n  =======\n>>>>>>>> x\n<<<<<<<x\n', []],
  ["lines of one kind", "=======\n||||||| a\n", []],
  ["one without its end", "<<<<<<< a\nTitle\n=======\nx\n", [[1, 3]]],
  ["one without its start", "a\n=======\nb\n>>>>>>> b\n", [[2, 4]]],
  ["one without its middle", "<<<<<<< a\n>>>>>>> b\n", [[1, 2]]],
  [
    "one after one without its end",
    "<<<<<<< a\n=======\n<<<<<<< a\n=======\n>>>>>>> b\n",
    [
      [1, 2],
      [3, 5],
    ],
  ],
])("finds %s", (_what, text, expected) => {
  expect(conflictsIn(text).map(({ from, to }) => [from, to])).toEqual(expected);
});
