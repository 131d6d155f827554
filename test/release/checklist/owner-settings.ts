/** Something that only the owner of the project can set. */
export interface OwnerSetting {
  readonly name: string;
  /** `unknown` where it cannot be read from here. */
  readonly state: "set" | "missing" | "unknown";
  readonly fix: string;
}

interface Manifest {
  readonly homepage?: string;
  readonly repository?: string | { readonly url?: string };
  readonly bugs?: unknown;
}

/** `env` is that of the release: GitHub Actions tells there whether a job may ask for an identity. */
export function ownerSettings(
  manifests: readonly { readonly name: string; readonly manifest: Manifest }[],
  env: Readonly<Record<string, string | undefined>>,
): readonly OwnerSetting[] {
  const stateOf = (value: unknown) => (value === undefined || value === "" ? "missing" : "set");
  const ofPackages = manifests.flatMap(({ name, manifest: { homepage, repository } }) => {
    const url = typeof repository === "string" ? repository : repository?.url;
    return [
      {
        name: `repository of ${name}`,
        state: stateOf(url),
        fix: "write it into package.json; npm refuses provenance where it is not the repository of the workflow",
      },
      {
        name: `homepage of ${name}`,
        state: stateOf(homepage),
        fix: "write the address of the documentation site into package.json",
      },
    ] as const;
  });
  const hasIdentity = stateOf(env.ACTIONS_ID_TOKEN_REQUEST_URL) === "set" || stateOf(env.NODE_AUTH_TOKEN) === "set";
  return [
    ...ofPackages,
    {
      name: "proof of identity for npm",
      state: hasIdentity ? "set" : "unknown",
      fix: "on npmjs.com, name release.yml as the trusted publisher of both packages; the first version of a package needs a token",
    },
    {
      name: "GitHub Pages",
      state: "unknown",
      fix: "in the settings of the repository, choose GitHub Actions as the source of Pages",
    },
  ];
}
