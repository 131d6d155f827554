import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import * as replay from "../../generator/commands/replay.js";
import * as trigger from "../../generator/commands/trigger.js";
import { overrideOf } from "../../generator/dev/once/payload-overrides.js";
import { recordingLimits } from "../../runtime/recordings/recording-folder.js";
import { root } from "../support/project.js";

const page = await readFile(join(root, "docs/reference/trigger.md"), "utf8");
const recordings = await readFile(join(root, "docs/reference/recordings.md"), "utf8");

describe("docs/reference/trigger.md", () => {
  it("says of --set what it does, as a shell passes it", async () => {
    const written = [...page.matchAll(/^\| `--set (.+?)` \|/gm)].map(([, text = ""]) => text);
    const given = await Promise.all(
      written.map(async (text) => (await promisify(execFile)("sh", ["-c", `printf %s ${text}`])).stdout),
    );
    expect(given.map(overrideOf)).toEqual([
      ["issue.title", "Hi"],
      ["issue.id", 5],
      ["issue.id", "5"],
      ["issue.labels", ["a", "b"]],
      ["issue.labels.0", "a"],
      ['issue.custom_fields."a.b"', 1],
    ]);
  });

  it("names only options that exist", () => {
    const known = new Set([...trigger.optionNames, ...replay.optionNames]);
    const named = [...page.matchAll(/`--([a-z-]+)/g)].map(([, name = ""]) => name);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });
});

it("docs/reference/recordings.md has the limits of the folder", () => {
  const { files, bytes } = recordingLimits;
  expect(recordings).toContain(`The newest ${files} are kept, at most ${bytes / 1024 / 1024} MiB`);
});
