// For the build: derives `page.gen.ts` of this folder, the files of the page by their paths on the server.
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Tells one state of the sources and of the tools from another. */
async function digestOf(folder, tools) {
  const names = (await readdir(folder, { recursive: true })).filter((name) => /\.\w+$/.test(name)).sort();
  const digest = createHash("sha256")
    .update(JSON.stringify(tools))
    .update(await readFile(fileURLToPath(import.meta.url)));
  for (const name of names) digest.update(name.replaceAll("\\", "/")).update(await readFile(join(folder, name)));
  return digest.digest("base64url");
}

/** Script and style sheet, and what the script loads when it is needed. No name changes with its content. */
async function bundled(folder) {
  // Loading Vite takes longer than everything else here, so only a change does it.
  const { build } = await import("vite");
  const { output } = await build({
    root: folder,
    configFile: false,
    envDir: false,
    logLevel: "warn",
    build: {
      write: false,
      target: "es2022",
      modulePreload: false,
      cssCodeSplit: false,
      rolldownOptions: {
        input: join(folder, "main.tsx"),
        output: {
          entryFileNames: "assets/app.js",
          chunkFileNames: "assets/[name].js",
          assetFileNames: "assets/app[extname]",
        },
      },
    },
  });
  return Object.fromEntries(output.map((file) => [file.fileName, file.type === "chunk" ? file.code : file.source]));
}

/** `tools`: versions of what builds the page. Nothing is built again if neither sources nor tools have changed. */
export async function derivePage(inspector, tools) {
  const folder = join(inspector, "page");
  const heading = `// From sources with the digest ${await digestOf(folder, tools)}.\n`;
  const before = await readFile(join(inspector, "page.gen.ts"), "utf8").catch(() => "");
  if (before.startsWith(heading)) return before;
  const own = (name) => readFile(join(folder, name), "utf8");
  const files = await bundled(folder);
  const page = {
    "/": { type: "text/html; charset=utf-8", body: await own("index.html") },
    ...Object.fromEntries(
      Object.entries(files).map(([name, body]) => [
        `/${name}`,
        { type: `${name.endsWith(".css") ? "text/css" : "text/javascript"}; charset=utf-8`, body },
      ]),
    ),
    "/assets/icon.svg": { type: "image/svg+xml", body: await own("icon.svg") },
  };
  const type = "Readonly<Record<string, { readonly type: string; readonly body: string }>>";
  return `${heading}export const page: ${type} = ${JSON.stringify(page, null, 2)};\n`;
}
