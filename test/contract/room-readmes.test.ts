import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readTree, root } from "../support/project.js";
import { rooms, type Side, sides } from "./rooms.js";

const trees = Object.fromEntries(
  await Promise.all(sides.map(async (side) => [side, await readTree(join(root, side))] as const)),
) as Readonly<Record<Side, Readonly<Record<string, string>>>>;

/** Files that a room's README has to name: all that somebody wrote. */
function filesOf(side: Side, room: string): string[] {
  const own = Object.keys(trees[side]).filter((path) => path.startsWith(`${room}/`));
  const written = own.filter((path) => /\.(tsx?|mjs)$/.test(path) && !/\.gen\./.test(path));
  return written.map((path) => path.slice(room.length + 1)).sort();
}

/** The first cells of the table that has this heading. */
function firstCells(text: string, heading: string): string[] {
  const table = text.split(`| ${heading} |`)[1]?.split("\n\n")[0] ?? "";
  return [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name = ""]) => name);
}

const all = sides.flatMap((side) => rooms[side].map((room) => [side, room] as const));

describe.each(all)("%s/%s/README.md", (side, room) => {
  const text = trees[side][`${room}/README.md`] ?? "";

  it("begins with the room's name and one sentence", () => {
    expect(text).toMatch(new RegExp(`^# ${room}\n\n[A-Z][^\n]*\\.\n(?:[^\n|]+\n)*\n`));
  });

  it("has a row for each file", () => {
    expect(firstCells(text, "file")).toEqual(filesOf(side, room));
  });

  it("says what may be imported", () => {
    const before = (rooms[side] as readonly string[]).slice(0, (rooms[side] as readonly string[]).indexOf(room));
    const list = before.length === 0 ? "no other room" : before.join(", ");
    expect(text.trimEnd().split("\n").at(-1)).toBe(`May import: ${list}.`);
  });
});

describe.each(sides)("%s/README.md", (side) => {
  it("has a row for each room, in their order", () => {
    const linked = [...(trees[side]["README.md"] ?? "").matchAll(/^\| \[`([^`]+)`\]\(\1\/README\.md\) \|/gm)];
    expect(linked.map(([, room]) => room)).toEqual([...rooms[side]]);
  });
});
