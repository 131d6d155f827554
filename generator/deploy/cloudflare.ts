import type { DeployProject, DeployTemplate } from "./deploy-template.js";
import { besideGenerated, extensionImport } from "./program-file.js";

const programText = (project: DeployProject): string => `import { createExtension } from ${extensionImport(project)};

// The extension is the worker. Settings, secrets and KIKET_* come from the variables and secrets of the worker, with the first request.
// Give it the options that it has in main.ts, but for stores and queues on Redis and SQLite: they need Node.
//
// Each isolate has a memory of its own, so a delivery that Kiket repeats may run twice: make handlers safe to repeat.
export default createExtension();
`;

/** Those that it can use: the queue, and so its key, needs Node. */
const secretsOf = ({ secretVariables }: DeployProject): readonly string[] =>
  secretVariables.filter((name) => name !== "KIKET_QUEUE_KEY");

/** The file has comments, and a trailing comma is none of it. */
function configText(project: DeployProject): string {
  const { resourceName } = project;
  const secrets = secretsOf(project)
    .map((name) => `  //   npx wrangler secret put ${name}\n`)
    .join("");
  return `{
  "$schema": "node_modules/wrangler/config-schema.json",
  "name": ${JSON.stringify(resourceName)},
  "main": ${JSON.stringify(besideGenerated(project, "cloudflare.ts"))},
  // What the extension was tested with. It needs no flag such as nodejs_compat.
  "compatibility_date": "2026-01-01",
  "minify": true,
  // An error names the line of your source.
  "upload_source_maps": true,
  // Addresses and settings. No secret belongs here${secrets === "" ? "." : ":"}
${secrets}  "vars": {
    "KIKET_BASE_URL": "https://kiket.dev"
  },
  // Keeps the log lines, one for each delivery.
  "observability": { "enabled": true }
}
`;
}

/** A worker of Cloudflare, which wrangler bundles. */
export const cloudflare: DeployTemplate = {
  target: "cloudflare",
  needs: [],
  files: (project) => [
    { path: besideGenerated(project, "cloudflare.ts"), text: programText(project) },
    { path: "wrangler.jsonc", text: configText(project), otherPaths: ["wrangler.json", "wrangler.toml"] },
  ],
  packages: () => ({ devDependencies: { wrangler: "^4.164.0" } }),
  next: (project) => [
    "npm run build && npx wrangler deploy",
    ...secretsOf(project).map((name) => `npx wrangler secret put ${name}`),
  ],
};
