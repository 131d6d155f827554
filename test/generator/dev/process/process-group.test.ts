import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import {
  endGroup,
  groupMembersOf,
  isGroupAlive,
  parseStatus,
  signalGroup,
} from "../../../../generator/dev/process/process-group.js";
import { until } from "../../../support/supervised.js";

describe("a signal to a group", () => {
  it.each([0, 1, -1, -4242, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("is never sent to %d", (group) => {
    expect(signalGroup(group, 0)).toBe(false);
    expect(isGroupAlive(group)).toBe(false);
  });

  it("says whether there is such a group", async () => {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000); console.log('up')"], { detached: true });
    await once(child.stdout, "data");
    const group = child.pid ?? 0;
    const hasExited = once(child, "exit");
    expect(signalGroup(group, 0)).toBe(true);
    expect(await endGroup(group, 20_000)).toBe(true);
    await hasExited;
    expect(signalGroup(group, 0)).toBe(false);
    expect(child.signalCode).toBe("SIGTERM");
  });
});

describe("what Linux tells of a process", () => {
  const status = (state: string, threads: number) =>
    parseStatus(
      `5971 (a) Z (b) ${state} 5960 5969 15982 0 -1 4227084 2942 6558 1 0 3 1 4 1 20 0 ${threads} 0 4904961 0 0 0 0 17 0\n`,
    );

  it("is its number, parent and group, whatever its name is", () => {
    expect(status("S", 11)).toEqual({ pid: 5971, parent: 5960, group: 5969, hasEnded: false });
  });

  it("is also whether all its threads have ended, not only the first one", () => {
    expect([status("Z", 1), status("Z", 2), status("X", 0), status("D", 1)].map(({ hasEnded }) => hasEnded)).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });
});

describe.runIf(process.platform === "linux")("the members of a group", () => {
  it("have a parent, and may have any name", async () => {
    const source = "process.title = 'a) Z (b'; setInterval(() => {}, 1000); console.log('up')";
    const child = spawn(process.execPath, ["-e", source], { detached: true });
    await once(child.stdout, "data");
    const group = child.pid ?? 0;
    expect(groupMembersOf(group)).toEqual([{ pid: group, parent: process.pid, group, hasEnded: false }]);
    expect(await endGroup(group, 0)).toBe(true);
    expect(groupMembersOf(group)).toEqual([]);
  });

  it("are none when all have ended, though the system still lists one because nobody has asked for its exit code", async () => {
    const source = `const child = require("node:child_process").spawn(process.execPath, ["-e", ""], { detached: true, stdio: "ignore" });
      require("node:fs").writeSync(1, String(child.pid)); for (;;);`;
    const parent = spawn(process.execPath, ["-e", source], { detached: true });
    const [bytes] = (await once(parent.stdout, "data")) as [Buffer];
    const group = Number(String(bytes));
    await until("it has ended", () => !isGroupAlive(group));
    expect(signalGroup(group, 0)).toBe(true);
    expect(await endGroup(group, 0)).toBe(true);
    await endGroup(parent.pid ?? 0, 0);
  });
});
