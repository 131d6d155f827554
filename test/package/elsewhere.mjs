// `audit` and `rename` where the project has no installed package that they could find: from a global install, through npx, and
// under Yarn PnP, where packages are archives. There, a run is remembered as elsewhere.
import { access, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { check, expectExit, npmInstall, withTarball } from "./tarball.mjs";

const yarnVersion = "4.18.1";

const manifest = `model_version: "1.0"
extension:
  id: com.example.elsewhere
  name: Elsewhere
  version: 0.1.0
  delivery: http
  callback:
    url: \${EXTENSION_BASE_URL}
  permissions: [issues:read, custom_data:read, users:read]
  hooks:
    - event: issue.created
  configuration:
    GREETING: { type: string, default: Hello }
    TOKEN: { type: string, secret: true, required: true }
    UNREAD: { type: string }
`;

const handler = `import type { Context } from "../generated/context.gen.js";
import { allow, defineHandler } from "../generated/events/issue.created.v1.gen.js";

const greet = ({ settings: { GREETING }, secret }: Context) => GREETING + String(secret("TOKEN"));

export default defineHandler({ requiredScopes: [] }, async (payload, context) => {
  await context.api.GET("/api/v1/ext/issues", {});
  const leads = await context.endpoints.customData().list("com.example.leads", "leads");
  return allow({ message: greet(context) + payload.issue.title + String(leads) + String(context.settings.GONE) });
});
`;

function findingsIn(json) {
  return JSON.parse(json).diagnostics.map(({ code, file, line, message }) => `${file}:${line} ${code} ${message}`);
}

const files = {
  ".kiket/manifest.yaml": manifest,
  "src/handlers/issue.created.v1.ts": handler,
  // A configuration that the clone does not have, as it is before an install.
  "tsconfig.json": '{ "extends": "@tsconfig/node20/tsconfig.json", "include": ["src"] }\n',
};

async function write(folder, texts) {
  for (const [path, text] of Object.entries(texts)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

/** Found by the types of the context: its settings, its secrets, its endpoints and its API client. */
const expected = [
  ".kiket/manifest.yaml:9 KG601 no handler uses the permission `users:read`",
  ".kiket/manifest.yaml:15 KG605 no handler reads the setting `UNREAD`",
  "src/handlers/issue.created.v1.ts:8 KG608 the manifest does not grant `read` on `com.example.leads`, which list needs",
  "src/handlers/issue.created.v1.ts:9 KG606 the manifest declares no setting `GONE`",
];

/** Runs both commands in a new project without an installed package that they could find; `command` runs kiket-gen there. */
async function checkCommands(folder, command, texts = {}) {
  await write(folder, { ...files, ...texts });
  const run = (code, ...args) => command(code, args, folder);
  const found = findingsIn((await run(1, "audit", "--format", "json")).stdout);
  check(JSON.stringify(found) === JSON.stringify(expected), `audit found\n${found.join("\n")}`);
  await run(0, "rename", "issue.created", "case.created", "--force");
  const renamed = await readFile(join(folder, "src/handlers/case.created.v1.ts"), "utf8");
  check(renamed.includes("payload.case.title"), `rename did not rename the member:\n${renamed}`);
}

/** Code of a clone that would run if something asked for it. */
const trap = 'require("node:fs").writeFileSync(require("node:path").join(__dirname, "ran"), "");\n';
const traps = {
  ".pnp.cjs": trap,
  ".pnp.loader.mjs": 'await import("./.pnp.cjs");\n',
  ".yarnrc.yml": "yarnPath: .pnp.cjs\n",
};

await withTarball(async (folder, tarball) => {
  const prefix = join(folder, "prefix");
  await npmInstall(folder, "--global", "--prefix", prefix, tarball);
  const global = join(folder, "global");
  const inPath = join(prefix, "bin/kiket-gen");
  await checkCommands(global, (code, args, cwd) => expectExit(code, inPath, args, cwd), traps);
  await access(join(global, "ran")).then(
    () => check(false, "code of the project ran"),
    () => undefined,
  );
  console.log("audit and rename work from a global install, and run no code of the project");

  const once = ["--yes", "--package", tarball, "kiket-gen"];
  const ownCache = { npm_config_cache: join(folder, "cache") };
  const viaNpx = (code, args, cwd) => expectExit(code, "npx", [...once, ...args], cwd, ownCache);
  await checkCommands(join(folder, "npx"), viaNpx);
  console.log("audit and rename work through npx without an install");

  await npmInstall(folder, "--prefix", join(folder, "yarn"), `@yarnpkg/cli-dist@${yarnVersion}`);
  const yarn = join(folder, "yarn/node_modules/@yarnpkg/cli-dist/bin/yarn.js");
  const registry = (await expectExit(0, "npm", ["config", "get", "registry"], folder)).stdout.trim();
  const env = {
    YARN_NPM_REGISTRY_SERVER: registry,
    YARN_UNSAFE_HTTP_WHITELIST: new URL(registry).hostname,
    YARN_ENABLE_GLOBAL_CACHE: "false",
    YARN_ENABLE_IMMUTABLE_INSTALLS: "false",
    YARN_ENABLE_TELEMETRY: "false",
    YARN_NODE_LINKER: "pnp",
  };
  const plugged = join(folder, "pnp");
  const manifest = { name: "user", private: true, type: "module", dependencies: { "kiket-gen": `file:${tarball}` } };
  await write(plugged, { "package.json": JSON.stringify(manifest), "yarn.lock": "" });
  await expectExit(0, process.execPath, [yarn, "install"], plugged, env);
  await access(join(plugged, ".pnp.cjs"));
  const viaYarn = (code, args, cwd) => expectExit(code, process.execPath, [yarn, "kiket-gen", ...args], cwd, env);
  await checkCommands(plugged, viaYarn);
  console.log("audit and rename work under Yarn PnP");

  await viaYarn(0, [], plugged);
  const { stdout } = await viaYarn(0, ["--check"], plugged);
  check(stdout.endsWith("nothing to do\n"), `a second run was not spared:\n${stdout}`);
  const names = await readdir(plugged);
  check(!names.includes("node_modules"), `the cache is not with Yarn's files: ${names.join(", ")}`);
  console.log("a run is remembered under Yarn PnP");
});
