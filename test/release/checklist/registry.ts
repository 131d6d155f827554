import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { emptyMachine } from "./environment.js";
import { type Processes, succeed } from "./processes.js";

export interface Registry {
  readonly url: string;
  /** The environment of somebody with an empty home, whose npm uses this registry. */
  readonly env: NodeJS.ProcessEnv;
}

export interface RegistryOptions {
  readonly root: string;
  /** Holds what is published, and the home. */
  readonly folder: string;
  /** The packages that are published to it. All others come from the registry that npm is configured with. */
  readonly published: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly processes: Processes;
}

/** Starts a registry on a free port. It ends with the processes. */
export async function startRegistry({ root, folder, published, env, processes }: RegistryOptions): Promise<Registry> {
  const setting = async (name: string) => {
    const { stdout } = await succeed(processes, { program: "npm", args: ["config", "get", name], cwd: root, env });
    return stdout.trim();
  };
  const [behind, ca] = await Promise.all([setting("registry"), setting("cafile")]);
  const storage = join(folder, "registry");
  const home = join(folder, "home");
  await mkdir(storage);
  await mkdir(home);
  const server = processes.start({
    program: process.execPath,
    args: [join(root, "test/release/checklist/registry-server.mjs")],
    cwd: folder,
    // It trusts whom npm trusts.
    env: /^(?:null|undefined|)$/.test(ca) ? env : { NODE_EXTRA_CA_CERTS: ca, ...env },
    input: JSON.stringify({ folder: storage, published, behind }),
  });
  const [, port = ""] = await server.printed(/listening on (\d+)/, 60_000);
  const host = `127.0.0.1:${port}`;
  // Everyone may publish there; npm does not try without a token.
  await writeFile(join(home, ".npmrc"), `registry=http://${host}/\n//${host}/:_authToken=anyone\n`);
  return { url: `http://${host}/`, env: emptyMachine(env, home) };
}
