import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import {
  endGroup,
  groupMembersOf,
  isGroupAlive,
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
