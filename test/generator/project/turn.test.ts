import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { takeTurn } from "../../../generator/project/writing/turn.js";
import { createProject, removeProject } from "../../support/project.js";

let folder: string;
let temporary: string;
const before = process.env.TMPDIR;
beforeEach(async () => {
  [folder, temporary] = [await createProject({}), await createProject({})];
  await rm(join(temporary, "package.json"));
  process.env.TMPDIR = temporary;
});
afterEach(async () => {
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
  await Promise.all([folder, temporary].map(removeProject));
});

const noWait = () => expect.unreachable("there was a wait");

describe("a turn", () => {
  it("comes after the one before it, also through a link to the project", async () => {
    await symlink(folder, join(temporary, "link"));
    const order: string[] = [];
    const end = await takeTurn(folder, noWait);
    const next = takeTurn(join(temporary, "link"), (holder) => order.push(`waits for ${holder}`)).then((endNext) => {
      order.push("begins");
      return endNext;
    });
    await expect.poll(() => order).toEqual([`waits for ${process.pid}`]);
    order.push("ends");
    end();
    (await next)();
    expect(order).toEqual([`waits for ${process.pid}`, "ends", "begins"]);
    expect((await readdir(temporary)).filter((name) => name !== "link")).toEqual([]);
  });

  it("of many at once is one at a time", async () => {
    let [running, most] = [0, 0];
    await Promise.all(
      Array.from({ length: 6 }, async () => {
        const end = await takeTurn(folder, () => {});
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        end();
      }),
    );
    expect(most).toBe(1);
  });

  it("of another project is another", async () => {
    const [end, endOther] = [await takeTurn(folder, noWait), await takeTurn(temporary, noWait)];
    end();
    endOther();
  });

  it.each(["", "no process", "-1", "killed", "this process"])(
    "is not lost to what was left behind: %s",
    async (left) => {
      const end = await takeTurn(folder, noWait);
      const [name = ""] = await readdir(temporary);
      end();
      const child = spawn(process.execPath, ["-e", ""], { stdio: "ignore" });
      await once(child, "exit");
      const text = left === "killed" ? String(child.pid) : left === "this process" ? String(process.pid) : left;
      await writeFile(join(temporary, name), text);
      const endNext = await takeTurn(folder, noWait);
      endNext();
      expect(await readdir(temporary)).toEqual([]);
    },
  );

  it("is for all where the temporary folder cannot be used", async () => {
    process.env.TMPDIR = join(folder, "package.json");
    const [end, endOther] = [await takeTurn(folder, noWait), await takeTurn(folder, noWait)];
    end();
    endOther();
    await mkdir(join(folder, "x"));
    expect(await readdir(folder)).toEqual(["package.json", "x"]);
  });
});
