import { execFile } from "node:child_process";
import { cp, mkdir, readdir } from "node:fs/promises";
import { join, matchesGlob, posix } from "node:path";
import { promisify } from "node:util";

/** One instruction of a Dockerfile, such as `COPY` with its words. */
export interface Instruction {
  readonly name: string;
  readonly text: string;
}

/** A stage of a Dockerfile. */
export interface Stage {
  readonly image: string;
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

/** The stages of a Dockerfile. Fails for a line that is no instruction, comment or continuation. */
export function stagesOf(dockerfile: string): readonly Stage[] {
  const stages: (Stage & { instructions: Instruction[] })[] = [];
  for (const line of dockerfile.replaceAll(/\\\n\s*/g, "").split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const [, name = "", text = ""] = /^([A-Z]+) (.+)$/.exec(line) ?? [];
    if (!/^(FROM|WORKDIR|COPY|RUN|ENV|USER|EXPOSE|HEALTHCHECK|ENTRYPOINT)$/.test(name))
      throw new Error(`no instruction: ${line}`);
    if (name !== "FROM") stages.at(-1)?.instructions.push({ name, text });
    else {
      const [, image = "", stage] = /^(\S+)(?: AS (\S+))?$/.exec(text) ?? [];
      stages.push({ image, name: stage, instructions: [] });
    }
  }
  return stages;
}

export const textsOf = (stage: Stage | undefined, name: string): readonly string[] =>
  (stage?.instructions ?? []).filter((instruction) => instruction.name === name).map(({ text }) => text);

/** Words of a list in a Dockerfile, such as `["node", "main.mjs"]`. */
export const listIn = (text = "[]"): readonly string[] => JSON.parse(/\[.*\]$/.exec(text)?.[0] ?? "") as string[];

/** Whether Docker leaves a path out of what it sends to the build: the last line that fits decides. */
export function isIgnored(path: string, dockerignore: string): boolean {
  let ignored = false;
  for (const line of dockerignore.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const pattern = line.replace(/^!/, "");
    const prefixes = path.split("/").map((_, index, parts) => parts.slice(0, index + 1).join("/"));
    if (prefixes.some((prefix) => matchesGlob(prefix, pattern))) ignored = !line.startsWith("!");
  }
  return ignored;
}

/** What runs a stage without a daemon. */
export interface Workshop {
  /** The folder with the Dockerfile. */
  readonly context: string;
  readonly dockerignore: string;
  /** The folder that is `/` in a stage. */
  rootOf(stage: Stage): string;
  /** Runs a command in a stage's folder. Default: a shell does. */
  run?(command: string, folder: string): Promise<void>;
}

async function copyFromContext({ context, dockerignore }: Workshop, from: string, to: string): Promise<void> {
  const names =
    from === "." ? await readdir(context) : (await readdir(context)).filter((name) => matchesGlob(name, from));
  const filter = (source: string) => !isIgnored(posix.relative(context, source), dockerignore);
  for (const name of names) {
    const source = join(context, name);
    if (filter(source))
      await cp(source, join(to, name), { recursive: true, filter: (path) => path === source || filter(path) });
  }
}

/** Does what a stage says, in folders. Returns its environment. */
export async function buildStage(
  workshop: Workshop,
  stage: Stage,
  others: readonly Stage[],
): Promise<NodeJS.ProcessEnv> {
  const root = workshop.rootOf(stage);
  const env: Record<string, string> = {};
  let folder = root;
  for (const { name, text } of stage.instructions) {
    if (name === "WORKDIR") folder = join(root, text);
    await mkdir(folder, { recursive: true });
    if (name === "ENV") for (const [, key = "", value = ""] of text.matchAll(/(\w+)=(\S+)/g)) env[key] = value;
    if (name === "COPY") {
      const words = text.split(" ");
      const [, stageName] = /^--from=(\S+)$/.exec(words[0] ?? "") ?? [];
      const sources = words.slice(stageName === undefined ? 0 : 1, -1);
      const to = join(folder, words.at(-1) ?? "");
      const other = stageName === undefined ? undefined : others.find((one) => one.name === stageName);
      if (stageName !== undefined && other === undefined) throw new Error(`no stage ${stageName}`);
      for (const source of sources) {
        if (other === undefined) await copyFromContext(workshop, source, to);
        // Docker copies what is in a folder, and not the folder.
        else await cp(join(workshop.rootOf(other), source), to, { recursive: true });
      }
    }
    if (name === "RUN") {
      const shell = async () => {
        await promisify(execFile)("/bin/sh", ["-c", text], { cwd: folder, env: { ...process.env, ...env } });
      };
      await (workshop.run === undefined ? shell() : workshop.run(text, folder));
    }
  }
  return env;
}
