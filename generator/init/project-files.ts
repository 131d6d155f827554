import { posix } from "node:path";
import { visibleLines } from "../base/invisible-characters.js";
import { inWordsOf, lockFiles, type PackageManager, type RunningManager } from "../base/package-manager.js";
import { nodeRange } from "../base/version.gen.js";
import { deployProjectOf } from "../deploy/deploy-project.js";
import type { DeployPackages, DeployTemplate } from "../deploy/deploy-template.js";
import { localSecrets } from "../deploy/local-secrets.js";
import { queuePackages } from "../deploy/sharing-program.js";
import { deployFiles, deployPackages, deployProgram, joinedPackages } from "../deploy/templates.js";
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

/** In the order of their names, as npm writes them. */
const sorted = (packages: Readonly<Record<string, string>>): object =>
  Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));

function packageFile(
  { packageName, layout }: NewProject,
  { toolVersion, running: { manager, version } }: Making,
  more: DeployPackages,
): string {
  const build = "tsc -p tsconfig.build.json";
  const content = {
    name: packageName,
    version: "0.1.0",
    private: true,
    type: "module",
    engines: { node: nodeRange },
    // For Corepack, which takes pnpm and Yarn in this version, and for who reads which one to use.
    ...(manager === "npm" || version === undefined ? {} : { packageManager: `${manager}@${version}` }),
    scripts: {
      dev: "kiket-gen dev",
      // Yarn runs no script before another one.
      ...(manager === "yarn" ? { build: `kiket-gen && ${build}` } : { prebuild: "kiket-gen", build }),
      // The image and some hosts run one file. Also tells tools that look for unused files what this one is for.
      ...(more.devDependencies?.esbuild === undefined ? {} : { bundle: "node deploy/bundle.mjs" }),
      start: commandOf(layout).join(" "),
      test: "vitest run",
      check: "kiket-gen --check && kiket-gen lint && tsc",
    },
    ...settingsOf(layout),
    dependencies: sorted({ "kiket-gen": `^${toolVersion}`, ...more.dependencies }),
    devDependencies: sorted({
      "@types/node": "^20.19.0",
      typescript: "^5.9.3",
      vitest: "^4.1.12",
      ...more.devDependencies,
    }),
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

const sharing = `
# Where the instances share what is finished and what is deferred. \`npm run dev\` needs no Redis.
#REDIS_URL=redis://localhost:6379

# Encrypts what waits in Redis; the same for each process: openssl rand -base64 32
#KIKET_QUEUE_KEY=
`;

/** A name, escaped for Markdown, without invisible characters. */
function markdown(text: string): string {
  return visibleLines(text)
    .join(" ")
    .replace(/[\\`*_{}[\]<>()#+!|~&]/g, "\\$&");
}

/** How to deploy it, for its README: the command says what to do next for files that exist, too. */
function deployingOf(deploy: readonly DeployTemplate[]): string {
  const used = deploy.flatMap(({ needs }) => needs);
  const targets = deploy.map(({ target }) => target).filter((target) => !used.includes(target));
  const command = `\`npx kiket-gen add deploy ${targets.length === 0 ? "docker" : targets.join(" ")}\``;
  return `${targets.length === 0 ? `${command} makes the files to deploy it` : `${command} says how to deploy it`}; \`node_modules/kiket-gen/docs/deploy/README.md\`
describes the files, and the other places.
`;
}

/** What a new project is made with, besides what it is. */
export interface Making {
  /** That of this tool. */
  readonly toolVersion: string;
  /** Where it is to be deployed. */
  readonly deploy: readonly DeployTemplate[];
  /** What installs its packages. */
  readonly running: RunningManager;
}

/** What a package manager must know of the project. */
const managerFiles: Readonly<Record<PackageManager, readonly NewFile[]>> = {
  npm: [],
  pnpm: [
    {
      path: "pnpm-workspace.yaml",
      text: `# The packages that may run a script when they are installed: esbuild checks its program. pnpm 11 and later read allowBuilds,
# pnpm 10 the list.
packages: ["."]
allowBuilds:
  esbuild: true
onlyBuiltDependencies: [esbuild]
`,
    },
  ],
  yarn: [
    {
      path: ".yarnrc.yml",
      text: "# The script that bundles, and editors, look for packages in node_modules.\nnodeLinker: node-modules\n",
    },
  ],
  bun: [],
};

const managerCaches: Readonly<Partial<Record<PackageManager, readonly string[]>>> = {
  yarn: [".yarn/cache/", ".yarn/install-state.gz"],
};

/** The files of a new project, in the order in which they are written. Generated files are not included. */
export function projectFiles(project: NewProject, template: Template, making: Making): readonly NewFile[] {
  const {
    deploy,
    running: { manager },
  } = making;
  const { layout, packageName } = project;
  const listens = template.kind !== "adapter";
  const isShared = listens && deploy.some((one) => one.program !== undefined);
  const packages = joinedPackages([deployPackages(deploy, { listens }), isShared ? queuePackages : {}]);
  const packageJson = packageFile(project, making, packages);
  const handlers = [template.handler.text];
  // The lock file that the first install writes.
  const names = Object.keys(lockFiles).filter((name) => lockFiles[name] === manager);
  const own = (text: string) => inWordsOf(manager, text);
  const subject = { names, kind: template.kind, name: packageName, secretKeys: [], layout, packageJson, handlers };
  const deployed = deployProjectOf(subject);
  const program = deployProgram(deploy, deployed);
  const [node = "", ...rest] = commandOf(project.layout);
  const start = `# Copy to .env, then: npm run dev, or after a build: ${[node, "--env-file=.env", ...rest].join(" ")}
# What is set in the environment has precedence. \`npm run dev\` sets what begins with KIKET_ itself, for its local Kiket.
`;
  return [
    template.manifest,
    { path: "package.json", text: packageJson },
    { path: "tsconfig.json", text: compilerFile },
    { path: "tsconfig.build.json", text: buildFile },
    template.handler,
    template.test,
    ...(program === undefined ? [] : [program]),
    ...deployFiles(deploy, deployed).map((file) => ({ ...file, isLater: file.path.endsWith(".ts") })),
    ...managerFiles[manager],
    { path: ".env.example", text: own(start) + template.environment + (isShared ? own(sharing) : "") },
    {
      path: ".gitignore",
      text: ["node_modules/", "dist/", "recordings/", ...(managerCaches[manager] ?? []), ...localSecrets, ""].join(
        "\n",
      ),
    },
    { path: "README.md", text: `# ${markdown(project.name)}\n\n${own(`${template.readme}\n${deployingOf(deploy)}`)}` },
  ];
}
