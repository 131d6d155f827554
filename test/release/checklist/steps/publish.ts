import { succeed } from "../processes.js";
import { failIf, type Problem, type Release, type Step } from "../step.js";
import { integrityOf, type Tarball } from "../tarball.js";

/** The name under which a version is published for real: only a whole release is what everyone gets. */
function distTagOf(version: string): string {
  return version.includes("-") ? "next" : "latest";
}

function publishing(args: readonly string[], { path }: Tarball, distTag: string) {
  return { program: "npm", args: ["publish", ...args, path, "--access", "public", "--tag", distTag] };
}

export const dryRun: Step = {
  name: "dry-run",
  title: "npm would publish both: npm publish --dry-run",
  needs: ["build", "pack"],
  async run({ folder, tag, env, processes, registry, tarballs }) {
    // Before a release, the version must be new in the real registry. Between releases it is not.
    const real = tag !== undefined;
    const used = real ? env : (await registry()).env;
    for (const tarball of await tarballs()) {
      const fix = "if the version is published already, release a newer one: npx changeset, npm run release:version";
      await succeed(
        processes,
        { ...publishing(["--dry-run"], tarball, distTagOf(tarball.version)), cwd: folder, env: used },
        fix,
      );
    }
    return real ? "the registry has no such version yet" : "with an empty registry; with --tag it asks the real one";
  },
};

/** The bytes that a registry gives for a version, and what it says of them. */
async function published({ name, version }: Tarball, url: string) {
  const { dist } = (await (await fetch(`${url}${name}/${version}`)).json()) as {
    dist?: { integrity?: string; tarball: string };
  };
  if (dist === undefined) return { named: undefined, served: undefined };
  const bytes = new Uint8Array(await (await fetch(dist.tarball)).arrayBuffer());
  return { named: dist.integrity, served: integrityOf(bytes) };
}

/** Publishes each tarball to the local registry once. Resolves with what went wrong. */
async function publishAll({ folder, processes, registry, tarballs }: Release): Promise<readonly Problem[]> {
  const { env, url } = await registry();
  const problems: Problem[] = [];
  for (const tarball of await tarballs()) {
    await succeed(processes, { ...publishing([], tarball, "latest"), cwd: folder, env });
    const { named, served } = await published(tarball, url);
    if (named !== tarball.integrity || served !== tarball.integrity)
      problems.push({
        what: `the registry serves another ${tarball.name} than the one that was checked`,
        why: `it was ${tarball.integrity}, is named ${named}, and is ${served}`,
        fix: "find what changes the tarball between packing and publishing",
      });
  }
  return problems;
}

export const publish: Step = {
  name: "publish",
  title: "both are published to a registry on this machine, which serves what was checked",
  needs: ["build", "pack"],
  async run(release) {
    failIf(await publishAll(release));
    return (await release.tarballs()).map(({ name, version }) => `${name}@${version}`).join(", ");
  },
};
