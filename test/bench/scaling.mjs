import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { timed } from "./process.mjs";

function manifestOf(commands) {
  const entries = Array.from({ length: commands }, (_, index) => {
    const name = `acme.command${index}`;
    return `      - command: ${name}\n        title: Command ${index}\n        handler: { type: extension_event, event: ${name} }\n`;
  });
  return `model_version: "1.0"\nextension:\n  id: com.example.scaling\n  name: Scaling\n  version: 1.0.0\n  delivery: http\n  callback: { url: "\${EXTENSION_BASE_URL}" }\n  permissions: [issues:read]\n  contributes:\n    commands:\n${entries.join("")}`;
}

async function instantiations(root, folder) {
  const compilerOptions = { module: "NodeNext", target: "ES2023", strict: true, noEmit: true, skipLibCheck: true };
  await writeFile(
    join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions: { ...compilerOptions, types: ["node"] }, include: ["src"] }),
  );
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const { stdout } = await promisify(execFile)(process.execPath, [tsc, "-p", folder, "--extendedDiagnostics"]);
  return Number(/^Instantiations:\s+(\d+)/m.exec(stdout)?.[1]);
}

/** Cold generation by number of commands, and what the type checker does for each event. */
export async function benchScaling(root, sizes) {
  const parent = join(root, "test/.tmp");
  await mkdir(parent, { recursive: true });
  const rows = [];
  for (const size of sizes) {
    const folder = await mkdtemp(join(parent, "scaling-"));
    try {
      await writeFile(join(folder, "package.json"), '{ "type": "module" }\n');
      await writeFile(join(folder, "extension.yaml"), manifestOf(size));
      const ms = await timed([join(root, "dist/generator/cli.cjs"), folder], folder);
      rows.push({ size, ms, instantiations: size <= 300 ? await instantiations(root, folder) : undefined });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return rows;
}
