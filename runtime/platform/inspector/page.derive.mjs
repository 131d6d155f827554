// For the build: derives `page.gen.ts` of this folder, the files of the page by their paths on the server.
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

/** Tells one state of the sources and of the packages from another. */
async function digestOf(folder, lock) {
  const names = (await readdir(folder, { recursive: true })).filter((name) => /\.\w+$/.test(name)).sort();
  const digest = createHash("sha256")
    .update(await readFile(lock))
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
  const files = output.map((file) => [`/${file.fileName}`, file.type === "chunk" ? file.code : file.source]);
  const modules = output.flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
  const packages = modules.flatMap((id) => /^.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1] ?? []);
  return { files, packages: [...new Set(packages)].sort() };
}

const typeByEnding = { html: "text/html", css: "text/css", js: "text/javascript", svg: "image/svg+xml" };

/** A file as the server sends it, compressed: so it is in the package only once, and small. */
function packed(name, body) {
  const type = typeByEnding[name.split(".").at(-1)];
  const charset = type.startsWith("text/") ? "; charset=utf-8" : "";
  return [name, { type: `${type}${charset}`, gzip: gzipSync(body, { level: 9 }).toString("base64") }];
}

/**
 * The text of `page.gen.ts`, and the packages that are in it. `lock`: the file that says what is installed. Nothing is built again if
 * neither the sources nor the packages have changed.
 */
export async function derivePage(inspector, lock) {
  const folder = join(inspector, "page");
  const heading = `// From sources with the digest ${await digestOf(folder, lock)}.\n// Packages in it: `;
  const before = await readFile(join(inspector, "page.gen.ts"), "utf8").catch(() => "");
  if (before.startsWith(heading)) {
    const [names] = before.slice(heading.length).split("\n");
    return { text: before, packages: names.split(" ") };
  }
  const { files, packages } = await bundled(folder);
  const own = (name) => readFile(join(folder, name), "utf8");
  const all = [
    packed("/index.html", await own("index.html")).with(0, "/"),
    ...files.map(([name, body]) => packed(name, body)),
    packed("/assets/icon.svg", await own("icon.svg")),
  ];
  const type = "Readonly<Record<string, { readonly type: string; readonly gzip: string }>>";
  const value = JSON.stringify(Object.fromEntries(all), null, 2);
  return { text: `${heading}${packages.join(" ")}\nexport const page: ${type} = ${value};\n`, packages };
}
