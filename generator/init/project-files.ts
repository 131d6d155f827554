import { posix } from "node:path";
import { visibleLines } from "../base/invisible-characters.js";
import { nodeRange } from "../base/version.gen.js";
import { defaultLayout, type Layout } from "../project/layout.js";
import type { NewFile, NewProject, Template } from "./template.js";

/** The program, relative to the folder of what is compiled. */
function mainOf({ out }: Layout): string {
  return posix.join(posix.relative("src", posix.dirname(out)), "main.js");
}

/** What starts the built program. With source maps, an error names the line of the source. */
function commandOf(layout: Layout): readonly string[] {
  return ["node", "--enable-source-maps", `dist/${mainOf(layout)}`];
}

/** The folders that are not the usual ones, for `package.json`. */
function settingsOf(layout: Layout): object {
  const own = (["out", "handlers"] as const).filter((name) => layout[name] !== defaultLayout[name]);
  return own.length === 0 ? {} : { "kiket-gen": Object.fromEntries(own.map((name) => [name, layout[name]])) };
}

function packageFile({ packageName, layout }: NewProject, toolVersion: string): string {
  const content = {
    name: packageName,
    version: "0.1.0",
    private: true,
    type: "module",
    engines: { node: nodeRange },
    scripts: {
      dev: "kiket-gen dev",
      prebuild: "kiket-gen",
      build: "tsc -p tsconfig.build.json",
      start: commandOf(layout).join(" "),
      test: "vitest run",
      check: "kiket-gen --check && tsc",
    },
    ...settingsOf(layout),
    dependencies: { "kiket-gen": `^${toolVersion}` },
    devDependencies: { "@types/node": "^20.19.0", typescript: "^5.9.3", vitest: "^4.1.12" },
  };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

const compilerFile = `{
  "compilerOptions": {
    "target": "ES2023",
    "module": "NodeNext",
    "strict": true,
    "verbatimModuleSyntax": true,
    "erasableSyntaxOnly": true,
    "isolatedModules": true,
    "exactOptionalPropertyTypes": true,
    "noUncheckedIndexedAccess": true,
    "noUnusedLocals": true,
    "types": ["node"],
    "noEmit": true,
    "skipLibCheck": true
  },
  "include": ["src", "test"]
}
`;

const buildFile = `{
  "extends": "./tsconfig.json",
  "compilerOptions": { "noEmit": false, "rootDir": "src", "outDir": "dist", "sourceMap": true },
  "include": ["src"]
}
`;

function dockerfile({ layout }: NewProject, { listens }: Template): string {
  const address = listens ? " HOST=0.0.0.0 PORT=8000" : "";
  return `FROM node:22-slim AS build
WORKDIR /app
COPY package.json package-lock.json* ./
RUN npm install
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:22-slim
WORKDIR /app
ENV NODE_ENV=production${address}
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
USER node
${listens ? "EXPOSE 8000\n" : ""}CMD [${commandOf(layout)
    .map((word) => `"${word}"`)
    .join(", ")}]
`;
}

/** A name, escaped for Markdown, without invisible characters. */
function markdown(text: string): string {
  return visibleLines(text)
    .join(" ")
    .replace(/[\\`*_{}[\]<>()#+!|~&]/g, "\\$&");
}

/** The files of a new project, in the order in which they are written. Generated files are not included. `toolVersion`: that of this tool. */
export function projectFiles(project: NewProject, template: Template, toolVersion: string): readonly NewFile[] {
  const [node = "", ...rest] = commandOf(project.layout);
  const start = `# Copy to .env, then: npm run dev, or after a build: ${[node, "--env-file=.env", ...rest].join(" ")}
# What is set in the environment has precedence. \`npm run dev\` sets what begins with KIKET_ itself, for its local Kiket.
`;
  return [
    template.manifest,
    { path: "package.json", text: packageFile(project, toolVersion) },
    { path: "tsconfig.json", text: compilerFile },
    { path: "tsconfig.build.json", text: buildFile },
    template.handler,
    template.test,
    { path: "Dockerfile", text: dockerfile(project, template) },
    { path: ".dockerignore", text: "node_modules\ndist\n.env\n.git\n.kiket-gen\nrecordings\n" },
    { path: ".env.example", text: start + template.environment },
    { path: ".gitignore", text: "node_modules/\ndist/\n.env\nrecordings/\n" },
    { path: "README.md", text: `# ${markdown(project.name)}\n\n${template.readme}` },
  ];
}
