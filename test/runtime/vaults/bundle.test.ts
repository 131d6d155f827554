import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { describe, expect, it, onTestFinished } from "vitest";
import { openAws, storedAtAws } from "../../support/aws-secrets-server.js";
import { openGoogleRest } from "../../support/google-secrets-server.js";
import { root } from "../../support/project.js";
import { runNode } from "../../support/run-node.js";

/** Bundles a program, and runs it from a folder that has nothing else. Returns what it writes, and its text. */
async function bundleAndRun(contents: string, env: Readonly<Record<string, string>> = {}) {
  const folder = await mkdtemp(join(tmpdir(), "kiket-gen-vaults-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const outfile = join(folder, "main.mjs");
  // The clients have files in CommonJS, which expect `require` and these.
  const define = { __dirname: "import.meta.dirname", __filename: "import.meta.filename" };
  const banner = { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' };
  await build({
    stdin: { contents, resolveDir: root },
    ...{ outfile, bundle: true, platform: "node", format: "esm", target: "node20", banner, define, logLevel: "error" },
  });
  const { stdout, stderr } = await runNode([outfile], folder, { ...process.env, NODE_NO_WARNINGS: "1", ...env });
  return { stdout, stderr, text: await readFile(outfile, "utf8") };
}

const print = `console.log(JSON.stringify([...(await source.load(["hook"], { signal: AbortSignal.timeout(60_000) }))]));`;

describe("a bundled program that runs from an empty folder", () => {
  it("reads from AWS Secrets Manager with the official client, and has nothing of other vaults", async () => {
    const { client } = await openAws(storedAtAws({ hook: [{ text: "new" }, { text: "old" }] }));
    const { port } = (await client.config.endpoint?.()) ?? {};
    const { accessKeyId, secretAccessKey } = await client.config.credentials();
    const { stdout, stderr, text } = await bundleAndRun(
      `import { SecretsManager } from "@aws-sdk/client-secrets-manager";
       import { awsSecretsManager } from "kiket-gen/runtime/secrets";
       const { ENDPOINT: endpoint, ...credentials } = JSON.parse(process.env.TEST_CLIENT);
       const client = new SecretsManager({ region: "eu-central-1", endpoint, credentials });
       const source = awsSecretsManager({ client });
       ${print}`,
      { TEST_CLIENT: JSON.stringify({ ENDPOINT: `http://127.0.0.1:${port}`, accessKeyId, secretAccessKey }) },
    );
    expect([stderr, stdout]).toEqual(["", '[["hook",["new","old"]]]\n']);
    expect(text).toContain("secretsmanager:GetSecretValue on it");
    expect(text).not.toMatch(/VAULT_ADDR|Google Secret Manager/);
  });

  it("reads from Google Secret Manager with the official client", async () => {
    const { client } = await openGoogleRest({ secrets: { hook: [{ data: "old" }, { data: "new" }] } });
    const { port } = (client as unknown as { readonly _opts: { readonly port: number } })._opts;
    const { stdout, stderr, text } = await bundleAndRun(
      `import { SecretManagerServiceClient } from "@google-cloud/secret-manager";
       import { googleSecretManager } from "kiket-gen/runtime/secrets";
       const auth = { getClient: async () => auth, fetch: (url, init) => fetch(url, { ...init, headers: { authorization: "Bearer ya29.test" } }) };
       const client = new SecretManagerServiceClient({ fallback: true, protocol: "http", apiEndpoint: "127.0.0.1", port: ${port}, auth });
       const source = googleSecretManager({ client, project: "app" });
       ${print}`,
    );
    expect([stderr, stdout]).toEqual(["", '[["hook",["new","old"]]]\n']);
    expect(text).not.toMatch(/VAULT_ADDR|AWSPREVIOUS/);
  });

  it("has nothing of a vault if it does not use one", async () => {
    const { stdout, text } = await bundleAndRun(
      `import { createExtension } from "kiket-gen/runtime";
       import { secretFiles, secretsFrom } from "kiket-gen/runtime/secrets";
       createExtension({ handlers: [], secretSource: secretsFrom(secretFiles()), env: {} });
       console.log("made");`,
    );
    expect(stdout).toBe("made\n");
    expect(text).not.toMatch(/VAULT_ADDR|AWSPREVIOUS|Google Secret Manager|cannot be the name of a secret/);
  });
});
