/** How a project is built and started, as far as the scripts of its `package.json` say it. */
export interface BuildScripts {
  /**
   * `tsc`: the compiler writes a file for each source. `other`: another program, such as a bundler, makes the JavaScript. `none`: there
   * is no build.
   */
  readonly compiler: "tsc" | "other" | "none";
  /** What `tsc -p` or `tsc -b` names: a file or a folder. */
  readonly project?: string;
  readonly outDir?: string;
  readonly rootDir?: string;
  /** The build does more than compile: files that are no sources may get into the output. */
  readonly copies: boolean;
  /** A program after the compiler may rewrite imports, as tsc-alias does. */
  readonly rewrites: boolean;
  /** The build puts all sources into one file. */
  readonly bundles: boolean;
  /** The format that a bundler is asked for in its arguments. */
  readonly format?: "esm" | "cjs";
  /** The file that `npm start` runs. */
  readonly entry?: string;
  /** What runs it: `node`, or a program that compiles it on the way. */
  readonly runner?: string;
}

const fileByFile = /^(?:swc|babel|sucrase)$/;

function isPlainEsbuild([program, ...rest]: readonly string[]): boolean {
  return program === "esbuild" && !rest.some((word) => word.startsWith("--bundle"));
}

/** A package's scripts call each other; deeper is a cycle. */
const deepest = 5;

/** They write no JavaScript and copy nothing. */
const cleaning =
  /^(?:rimraf|rm|del|del-cli|mkdir|mkdirp|echo|kiket-gen|eslint|biome|prettier|oxlint|vitest|true|chmod)$/;
const copying = /^(?:cp|cpx|cpx2|cpy|copyfiles|copy|xcopy|rsync|ncp|shx|cpr|mv)$/;
const runners =
  /^(?:npx|pnpx|bunx|cross-env|dotenv|exec|dlx|run|--|-y|--yes|--no-install|--silent|-s|[A-Za-z_]\w*=.*)$/;

/** The commands of a script, each as its words. Quotes are taken off; nothing else of a shell is understood. */
function commandsIn(script: string): string[][] {
  const words = script.match(/&&|\|\||[;&|]|(?:"[^"]*"|'[^']*'|[^\s;&|"'])+/g) ?? [];
  const commands: string[][] = [[]];
  for (const word of words) {
    if (/^(?:&&|\|\||[;&|])$/.test(word)) commands.push([]);
    else commands.at(-1)?.push(word.replace(/["']/g, ""));
  }
  return commands.filter((command) => command.length > 0);
}

/** The commands that a script leads to, with those of the scripts that it calls. */
function commandsOf(name: string, scripts: Readonly<Record<string, unknown>>, depth = 0): string[][] {
  return [`pre${name}`, name, `post${name}`].flatMap((each) => {
    const script = scripts[each];
    if (typeof script !== "string" || depth > deepest) return [];
    return commandsIn(script).flatMap((words) => {
      const [program = "", ...rest] = words;
      if (/^(?:npm|pnpm|yarn)$/.test(program) || (program === "bun" && rest[0] === "run")) {
        const called = rest.find((word) => !word.startsWith("-") && word !== "run" && word !== "exec");
        if (called !== undefined && typeof scripts[called] === "string") return commandsOf(called, scripts, depth + 1);
        return [rest.filter((word) => word !== "exec" && word !== "run")];
      }
      if (/^(?:run-s|run-p|npm-run-all|npm-run-all2)$/.test(program)) {
        return rest.filter((word) => !word.startsWith("-")).flatMap((word) => commandsOf(word, scripts, depth + 1));
      }
      return [words];
    });
  });
}

/** Without what only starts the program, such as `npx` and `cross-env A=b`, and without the folder of the program. */
function withoutRunner(words: readonly string[]): readonly string[] {
  const first = words.findIndex((word) => !runners.test(word));
  const [program = "", script = "", ...rest] = first < 0 ? [] : words.slice(first);
  const all = program === "node" && /[\\/]tsc(?:\.js)?$/.test(script) ? [script, ...rest] : [program, script, ...rest];
  return all
    .filter((word) => word !== "")
    .map((word, index) => (index === 0 ? word.replace(/^.*[\\/]|\.js$/g, "") : word));
}

function valueAfter(words: readonly string[], ...names: readonly string[]): string | undefined {
  const index = words.findIndex((word) => names.some((name) => word === name || word.startsWith(`${name}=`)));
  if (index < 0) return undefined;
  const [, inline] = /^[^=]+=(.*)$/.exec(words[index] ?? "") ?? [];
  const value = inline ?? words[index + 1];
  return value?.startsWith("-") === true ? undefined : value;
}

function isCompiler(program: string | undefined): boolean {
  return program === "tsc" || program === "tsgo";
}

/** Only checks types, or writes declarations. */
function writesNothing(words: readonly string[]): boolean {
  return /--(?:noEmit|emitDeclarationOnly)\b(?! false)/.test(words.join(" "));
}

const nodeValues = /^(?:-r|--require|--import|--loader|--experimental-loader|-C|--conditions|--env-file|--title)$/;

/** The file that a command gives to Node, or to a program that runs TypeScript. */
function entryOf(words: readonly string[]): { readonly runner: string; readonly entry: string } | undefined {
  const [program = "", ...rest] = withoutRunner(words);
  if (!/^(?:node|tsx|ts-node|ts-node-esm|bun|nodemon)$/.test(program)) return undefined;
  for (let index = 0; index < rest.length; index += 1) {
    const word = rest[index] ?? "";
    if (nodeValues.test(word)) index += 1;
    else if (!word.startsWith("-") && word !== "watch" && word !== "run") return { runner: program, entry: word };
  }
  return undefined;
}

/** The commands that `npm run <name>` leads to, in their order, each as its words: the program first, without what only starts it. */
export function programsOf(name: string, scripts: Readonly<Record<string, unknown>>): readonly (readonly string[])[] {
  return commandsOf(name, scripts).map(withoutRunner);
}

export function readBuildScripts(scripts: Readonly<Record<string, unknown>>): BuildScripts {
  const commands = programsOf("build", scripts);
  const started = commandsOf("start", scripts)
    .map(entryOf)
    .findLast((found) => found !== undefined);
  const working = commands.filter(([program = ""]) => !cleaning.test(program));
  const compile = working.findLast(([program, ...rest]) => isCompiler(program) && !writesNothing(rest));
  const others = working.filter(([program]) => !isCompiler(program));
  const copies = others.length > 0;
  if (compile === undefined) {
    if (!copies) return { compiler: "none", copies, rewrites: false, bundles: false, ...started };
    const format = others.map((words) => valueAfter(words, "--format")).find((found) => found !== undefined);
    const asked = format === "esm" || format === "cjs" ? { format: format as "esm" | "cjs" } : {};
    const bundles = others.some((words) => !fileByFile.test(words[0] ?? "") && !isPlainEsbuild(words));
    return { compiler: "other", copies, rewrites: true, bundles, ...asked, ...started };
  }
  const project = valueAfter(compile, "-p", "--project", "-b", "--build");
  const outDir = valueAfter(compile, "--outDir");
  const rootDir = valueAfter(compile, "--rootDir");
  return {
    compiler: "tsc",
    ...(project === undefined ? {} : { project }),
    ...(outDir === undefined ? {} : { outDir }),
    ...(rootDir === undefined ? {} : { rootDir }),
    copies,
    bundles: false,
    rewrites: others.some(([program = ""]) => !copying.test(program)),
    ...started,
  };
}
