import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { filesIn } from "../hosts/page.js";
import { compile } from "../support/compile.js";
import { createProject, removeProject, root } from "../support/project.js";

const page = await readFile(join(root, "docs/reference/vaults.md"), "utf8");

/** The options in the table of a section. */
function optionsBelow(heading: string): string[] {
  const [table = ""] = (page.split(`\n## ${heading}\n`)[1] ?? "").split("| option |")[1]?.split("\n\n") ?? [];
  return [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name = ""]) => name);
}

it("the code of the page about vaults compiles with the official clients", async () => {
  const sources = filesIn(page);
  expect(Object.keys(sources)).toEqual(["src/hashicorp.ts", "src/google.ts", "src/aws.ts"]);
  const folder = await createProject(sources);
  try {
    expect(await compile(folder)).toBe("");
  } finally {
    await removeProject(folder);
  }
});

it.each([
  ["HashiCorp Vault", "hashicorp-vault.ts", "HashicorpVaultOptions"],
  ["Google Secret Manager", "google-secret-manager.ts", "GoogleSecretManagerOptions"],
  ["AWS Secrets Manager", "aws-secrets-manager.ts", "AwsSecretsManagerOptions"],
])("it has every option of %s", async (heading, file, name) => {
  const text = await readFile(join(root, "runtime/vaults", file), "utf8");
  const start = text.indexOf(`interface ${name} {`);
  const members = [...text.slice(start, text.indexOf("\n}", start)).matchAll(/^ {2}readonly (\w+)\??:/gm)];
  expect(members.length).toBeGreaterThan(2);
  expect(optionsBelow(heading)).toEqual(members.map(([, member]) => member));
});

it("it says that none of them was run against the real service, and names the clients that npm offers as peers", () => {
  expect(page).toContain("**None of them was ever run against the real service.**");
  const peers = Object.keys(packageJson.peerDependencies).filter((name) => name.startsWith("@"));
  expect(peers).toEqual(["@aws-sdk/client-secrets-manager", "@google-cloud/secret-manager"]);
  for (const peer of peers) {
    expect(page).toContain(`npm install ${peer}\n`);
    expect(packageJson.peerDependenciesMeta).toHaveProperty([peer, "optional"], true);
  }
});
