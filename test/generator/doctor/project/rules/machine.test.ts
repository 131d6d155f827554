import { describe, expect, it } from "vitest";
import { checkDisk, checkWatching, type WatchFacts } from "../../../../../generator/doctor/project/rules/machine.js";
import { checkPorts } from "../../../../../generator/doctor/project/rules/ports.js";

const told = { told: true, where: "project" } as const;
const facts: WatchFacts = { trial: told, remote: undefined, watches: 524_288 };

describe("watching", () => {
  it.each([
    [{}, "ok", "the system tells of changes of files"],
    [
      { trial: { told: true, where: "elsewhere" } },
      "ok",
      "the system tells of changes, as tried in the folder of temporary files",
    ],
    [{ trial: { told: false, where: "project" } }, "warning", "the system does not tell of a change of a file"],
    [{ trial: { code: "ENOSPC" } }, "warning", "the system's limit of watched folders is reached"],
    [{ trial: { code: "EPERM" } }, "warning", "folders cannot be watched (EPERM)"],
    [{ remote: "NFS" }, "warning", "the project is on a file system of the kind NFS"],
    [{ watches: 8191 }, "warning", "a user may watch only 8191 folders"],
  ] as const)("%j is %s", (more, status, what) => {
    const finding = checkWatching({ ...facts, ...more });
    expect(finding).toMatchObject({ id: "watching", status, what });
    if (status === "warning") expect(finding.why).toContain("dev and --watch look at the files themselves as well");
  });

  it("says how to raise the limit, and what a mounted folder is", () => {
    expect(checkWatching({ ...facts, trial: { code: "EMFILE" } }).fix).toContain(
      "sudo sysctl fs.inotify.max_user_watches=524288",
    );
    expect(checkWatching({ ...facts, trial: { told: false, where: "project" } }).fix).toContain("/mnt/c in WSL");
  });
});

it("a folder that cannot be written to is wrong, and little space is a warning", () => {
  const closed = [{ path: "src/generated", objection: "the file system is read-only" }];
  expect(checkDisk(closed, undefined)).toMatchObject([
    {
      status: "wrong",
      what: "nothing can be written in src/generated: the file system is read-only",
      where: "src/generated",
    },
  ]);
  expect(checkDisk([{ path: ".", objection: undefined }], 5_000_000)).toMatchObject([
    { status: "warning", what: "only 5 MB of the disk are free" },
  ]);
  expect(checkDisk([], 60_000_000)).toMatchObject([{ status: "ok" }]);
});

it("a port that the system refuses is wrong", () => {
  const wanted = {
    id: "port-extension",
    who: "the extension",
    port: 80,
    taken: undefined,
    refused: "permission denied",
  } as const;
  expect(checkPorts([wanted], undefined)).toMatchObject([
    {
      status: "wrong",
      what: "the system does not let you listen on port 80: permission denied",
      fix: "set PORT to another number above 1023",
    },
  ]);
});

it("a port of dev that somebody else has is a warning, and the way out is an option of dev", () => {
  const wanted = { id: "port-kiket", who: "the local Kiket", port: 4849, taken: true } as const;
  expect(checkPorts([wanted], undefined)).toMatchObject([
    {
      ...{ id: "port-kiket", status: "warning", what: "somebody else listens on port 4849", where: "127.0.0.1:4849" },
      fix: "end what listens there (lsof -i :4849 names it), or pass another one: kiket-gen dev --port <number>",
    },
  ]);
});
