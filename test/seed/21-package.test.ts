import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { createExtension, defineHandler, type TelemetryRecord } from "kiket-gen/runtime";
import { createPlatform } from "kiket-gen/testing";
import { expect, test } from "vitest";
import { createKiketServer } from "../support/kiket-server.js";
import { closeAfterwards } from "../support/open-kiket.js";
import { root } from "../support/project.js";

interface Manifest {
  readonly private?: boolean;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}

test("21: what npm would publish has every entry, and neither sources nor tests", async () => {
  const { stdout } = await promisify(execFile)("npm", ["pack", "--dry-run", "--ignore-scripts", "--json"], {
    cwd: root,
  });
  const [packed] = Object.values(JSON.parse(stdout) as Record<string, { files: { path: string }[] }>);
  const paths = packed?.files.map(({ path }) => path) ?? [];
  const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as Manifest;
  const entries = [
    ...Object.values(manifest.bin),
    ...Object.values(manifest.exports).flatMap((entry) => Object.values(typeof entry === "string" ? [entry] : entry)),
  ];
  const named = entries.map((path) => path.replace("./", "")).filter((path) => !path.includes("*"));
  expect(named).toContain("dist/runtime/index.js");
  expect(paths).toEqual(expect.arrayContaining([...named, "README.md", "LICENSE", "CHANGELOG.md"]));
  expect(paths.filter((path) => /^(?:test|runtime|generator|examples)\/|\.env|node_modules/.test(path))).toEqual([]);
  expect(manifest.private).toBeUndefined();
});

test("21: the package itself has telemetry and the feedback hook", async () => {
  const collector = await createKiketServer([]);
  const platform = await createPlatform();
  closeAfterwards(collector.close);
  closeAfterwards(platform.close);
  const records: TelemetryRecord[] = [];
  const extension = createExtension({
    handlers: [defineHandler({ event: "issue.created", version: "v1" }, () => ({ ok: true }))],
    baseUrl: platform.baseUrl,
    env: { KIKET_SDK_TELEMETRY_URL: collector.baseUrl },
    telemetry: { onRecord: (record) => records.push(record) },
    logLevel: "silent",
  });
  expect((await platform.deliver(extension, { event: "issue.created" })).status).toBe(200);
  await extension.close();
  expect(records).toMatchObject([{ event: "issue.created", version: "v1", status: "ok" }]);
  expect(collector.calls).toMatchObject([{ path: "/telemetry", body: { event: "issue.created", status: "ok" } }]);
});
