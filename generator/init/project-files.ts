import { posix } from "node:path";
import { visibleLines } from "../base/invisible-characters.js";
import { defaultLayout, type Layout } from "../project/layout.js";
import { type Data, entryLines, type YamlStyle } from "../yaml/style.js";
import type { Example } from "./extension-template.js";
import type { Identity } from "./identity.js";

interface NewProject extends Identity {
  readonly event: string;
  /** Both folders are below `src`. */
  readonly layout: Layout;
  readonly example: Example;
  /** Version of this tool. */
  readonly toolVersion: string;
}

interface NewFile {
  readonly path: string;
  readonly text: string;
}

const style: YamlStyle = {
  keyQuote: undefined,
  textQuote: undefined,
  neededQuote: "double",
  flowMaps: false,
  flowLists: false,
  step: 2,
  indentless: false,
};

function manifest({ id, name, event, example }: NewProject): string {
  const extension: Data = {
    id,
    name,
    version: "0.1.0",
    sdk: "node",
    delivery: "http",
    // Kiket replaces the variable when the extension is installed.
    callback: { url: `\${EXTENSION_BASE_URL}` },
    permissions: example.permissions,
    activationEvents: [event],
    hooks: [{ event }],
    configuration: { GREETING: { type: "string", default: "Hello", description: "First word of every message" } },
  };
  const lines = [
    "# yaml-language-server: $schema=../node_modules/kiket-gen/schemas/extension.schema.json",
    ...entryLines("model_version", "1.0", style),
    ...entryLines("extension", extension, style),
  ];
  return `${lines.join("\n")}\n`;
}

/** The program, relative to the folder of what is compiled. */
function mainOf({ out }: Layout): string {
  return posix.join(posix.relative("src", posix.dirname(out)), "main.js");
}

/** The folders that are not the usual ones, for `package.json`. */
function settingsOf(layout: Layout): object {
  const own = (["out", "handlers"] as const).filter((name) => layout[name] !== defaultLayout[name]);
  return own.length === 0 ? {} : { "kiket-gen": Object.fromEntries(own.map((name) => [name, layout[name]])) };
}

function packageFile({ packageName, toolVersion, layout }: NewProject): string {
  const content = {
    name: packageName,
    version: "0.1.0",
    private: true,
    type: "module",
    engines: { node: "^20.19.0 || >=22.12.0" },
    scripts: {
      prebuild: "kiket-gen",
      build: "tsc -p tsconfig.build.json",
      start: `node dist/${mainOf(layout)}`,
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
  "compilerOptions": { "noEmit": false, "rootDir": "src", "outDir": "dist" },
  "include": ["src"]
}
`;

function dockerfile({ layout }: NewProject): string {
  return `FROM node:22-slim AS build
WORKDIR /app
COPY package.json package-lock.json* ./
RUN npm install
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:22-slim
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8000
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
USER node
EXPOSE 8000
CMD ["node", "dist/${mainOf(layout)}"]
`;
}

function environment({ layout }: NewProject): string {
  return `# Copy to .env, then: node --env-file=.env dist/${mainOf(layout)}

# Address that the extension listens on.
PORT=8000
HOST=127.0.0.1

# Address of Kiket: its keys and its API.
KIKET_BASE_URL=https://kiket.dev

# Token for API calls that are not part of a delivery.
#KIKET_WORKSPACE_TOKEN=

# Settings and secrets of the manifest, by name. Values in a delivery take precedence.
#GREETING=Hello
`;
}

/** A name, escaped for Markdown, without invisible characters. */
function markdown(text: string): string {
  return visibleLines(text)
    .join(" ")
    .replace(/[\\`*_{}[\]<>()#+!|~&]/g, "\\$&");
}

function readme({ name, example, layout }: NewProject): string {
  return `# ${markdown(name)}

A Kiket extension. [.kiket/manifest.yaml](.kiket/manifest.yaml) declares it; \`kiket-gen\` generates types from the manifest.

    npm install
    npm test
    npm run build && npm start

It listens on port 8000; [.env.example](.env.example) lists what it reads from the environment.

The handlers in \`${layout.handlers}\` are yours; ${`\`${example.handler.path}\``} is the first. \`kiket-gen\` generates the files in
\`${layout.out}\` before every build; commit them. To add more:

    npx kiket-gen add event issue.closed
    npx kiket-gen add setting RETRIES --type integer --default 3
    npx kiket-gen add secret API_KEY --description "From the provider"

\`npm run check\` fails if the generated files are out of date or a type is wrong, also in the tests. Run it before you merge.
`;
}

/** The files of a new project, in the order in which they are written. Generated files are not included. */
export function projectFiles(project: NewProject): readonly NewFile[] {
  return [
    { path: ".kiket/manifest.yaml", text: manifest(project) },
    { path: "package.json", text: packageFile(project) },
    { path: "tsconfig.json", text: compilerFile },
    { path: "tsconfig.build.json", text: buildFile },
    project.example.handler,
    project.example.test,
    { path: "Dockerfile", text: dockerfile(project) },
    { path: ".dockerignore", text: "node_modules\ndist\n.env\n.git\n" },
    { path: ".env.example", text: environment(project) },
    { path: ".gitignore", text: "node_modules/\ndist/\n.env\n" },
    { path: "README.md", text: readme(project) },
  ];
}
