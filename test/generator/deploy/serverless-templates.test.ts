import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse as parseJsonc } from "jsonc-parser";
import { parse as parseToml } from "smol-toml";
import { describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import * as add from "../../../generator/commands/add.js";
import * as init from "../../../generator/commands/init.js";
import { cloudflare } from "../../../generator/deploy/cloudflare.js";
import { deployProjectOf } from "../../../generator/deploy/deploy-project.js";
import type { DeployTemplate } from "../../../generator/deploy/deploy-template.js";
import { fly } from "../../../generator/deploy/fly.js";
import { lambda } from "../../../generator/deploy/lambda.js";
import { closeAfterwards } from "../../support/open-kiket.js";
import { createProject, readTree, removeProject, root } from "../../support/project.js";
import { runCommand } from "../../support/run-command.js";

type Subject = Parameters<typeof deployProjectOf>[0];

const usual: Subject = {
  kind: "extension",
  name: "desk",
  secretKeys: ["API_KEY"],
  layout: { out: "src/generated", handlers: "src/handlers" },
  // Deferred where there is a queue.
  handlers: ["export default defineHandler({ defer: true }, run);"],
  packageJson: undefined,
};
const withQueue = JSON.stringify({ name: "desk", dependencies: { bullmq: "*", ioredis: "*", "prom-client": "*" } });

function filesOf(template: DeployTemplate, more: Partial<Subject> = {}): Readonly<Record<string, string>> {
  const files = template.files(deployProjectOf({ ...usual, ...more }));
  return Object.fromEntries(files.map(({ path, text }) => [path, text]));
}

function nextOf(template: DeployTemplate, more: Partial<Subject> = {}): readonly string[] {
  return template.next(deployProjectOf({ ...usual, ...more }));
}

/** What a template of AWS has, with `!Ref x` as `Ref x`. */
function templateOf(more: Partial<Subject> = {}) {
  const tag = (name: string) => ({ tag: `!${name}`, resolve: (text: string) => `${name} ${text}` });
  const document = parseDocument(filesOf(lambda, more)["template.yaml"] ?? "", {
    customTags: [tag("Ref"), tag("Sub")],
  });
  expect([document.errors, document.warnings]).toEqual([[], []]);
  return document.toJS() as {
    Resources: { Extension: { Type: string; Properties: Record<string, unknown> } };
    Outputs: { Url: { Value: string } };
  };
}

const flyOf = (more: Partial<Subject> = {}) => parseToml(filesOf(fly, more)["fly.toml"] ?? "");

function wranglerOf(more: Partial<Subject> = {}) {
  const errors: never[] = [];
  const config = parseJsonc(filesOf(cloudflare, more)["wrangler.jsonc"] ?? "", errors, { allowTrailingComma: false });
  expect(errors).toEqual([]);
  return config as Record<string, unknown>;
}

describe("the template for AWS", () => {
  it("is a function behind an HTTP API, with the bundled file", () => {
    const { Resources, Outputs } = templateOf();
    expect(Resources.Extension).toMatchObject({
      Type: "AWS::Serverless::Function",
      Properties: {
        CodeUri: "dist/lambda/",
        Handler: "index.handler",
        Runtime: "nodejs24.x",
        Timeout: 29,
        Events: { Deliveries: { Type: "HttpApi" } },
      },
    });
    expect(Outputs.Url.Value).toContain("ServerlessHttpApi");
    expect(nextOf(lambda)).toEqual([
      "aws secretsmanager create-secret --name desk --secret-string file://secrets.json",
      "npm run build && node deploy/bundle.mjs src/lambda.ts dist/lambda/index.mjs",
      "sam deploy --guided --stack-name desk",
    ]);
  });

  it("has the place of each secret, and no secret", () => {
    const variables = (more: Partial<Subject> = {}) => templateOf(more).Resources.Extension.Properties.Environment;
    expect(variables()).toEqual({
      Variables: {
        KIKET_BASE_URL: "Ref KiketBaseUrl",
        NODE_OPTIONS: "--enable-source-maps",
        KIKET_SECRET_API_KEY: "{{resolve:secretsmanager:desk:SecretString:KIKET_SECRET_API_KEY}}",
      },
    });
    expect(variables({ packageJson: withQueue })).toMatchObject({
      Variables: {
        REDIS_URL: "{{resolve:secretsmanager:desk:SecretString:REDIS_URL}}",
        KIKET_QUEUE_KEY: "{{resolve:secretsmanager:desk:SecretString:KIKET_QUEUE_KEY}}",
      },
    });
    expect(variables({ secretKeys: [] })).toEqual({
      Variables: { KIKET_BASE_URL: "Ref KiketBaseUrl", NODE_OPTIONS: "--enable-source-maps" },
    });
  });

  it("gives a handler less time than the function, and the function less than the HTTP API", () => {
    const [, milliseconds] = /handlerMs: ([\d_]+)/.exec(filesOf(lambda)["src/lambda.ts"] ?? "") ?? [];
    const { Timeout } = templateOf().Resources.Extension.Properties;
    expect(Number(milliseconds?.replace("_", "")) / 1000).toBeLessThan(Number(Timeout));
    expect(Timeout).toBeLessThan(30);
  });
});

describe("fly.toml", () => {
  it("sends requests to ready machines, and lets them finish", () => {
    expect(flyOf()).toMatchObject({
      app: "desk",
      kill_signal: "SIGTERM",
      kill_timeout: "30s",
      build: { dockerfile: "Dockerfile" },
      http_service: {
        internal_port: 8000,
        force_https: true,
        min_machines_running: 1,
        checks: [{ method: "GET", path: "/ready" }],
      },
    });
    expect(flyOf()).not.toHaveProperty("processes");
    expect(fly.needs).toEqual(["docker"]);
  });

  it("has machines for a worker, and the port of metrics, where the project has their packages", () => {
    expect(flyOf({ packageJson: withQueue })).toMatchObject({
      env: { KIKET_METRICS_HOST: "0.0.0.0", KIKET_METRICS_PORT: "9464" },
      processes: { app: "", worker: "--worker" },
      http_service: { processes: ["app"] },
      metrics: { port: 9464, path: "/metrics" },
    });
  });

  it("of an evidence adapter takes no requests", () => {
    expect(Object.keys(flyOf({ kind: "adapter" }))).toEqual([
      "app",
      "primary_region",
      "kill_signal",
      "kill_timeout",
      "build",
      "env",
      "vm",
    ]);
  });

  it("has no secret: they come from a file that is not committed", () => {
    expect(nextOf(fly)).toEqual(["fly apps create desk", "fly secrets import < secrets.env", "fly deploy"]);
    expect(nextOf(fly, { secretKeys: [] })).toEqual(["fly apps create desk", "fly deploy"]);
  });
});

describe("wrangler.jsonc", () => {
  it("names the program, and needs no flag", () => {
    expect(wranglerOf()).toEqual({
      $schema: "node_modules/wrangler/config-schema.json",
      name: "desk",
      main: "src/cloudflare.ts",
      compatibility_date: "2026-01-01",
      minify: true,
      upload_source_maps: true,
      vars: { KIKET_BASE_URL: "https://kiket.dev" },
      observability: { enabled: true },
    });
    expect(nextOf(cloudflare)).toContain("npx wrangler secret put KIKET_SECRET_API_KEY");
  });
});

describe("the page of a target", () => {
  it.each([
    ["lambda", lambda],
    ["cloudflare", cloudflare],
    ["fly", fly],
  ] as const)("%s names each file, and the commands that the command says", async (name, template) => {
    const page = await readFile(join(root, "docs/deploy", `${name}.md`), "utf8");
    const paths = Object.keys(filesOf(template));
    expect(paths.filter((path) => !page.includes(`\`${path}\``))).toEqual([]);
    const commands = [...page.matchAll(/^ {4}(.*)$/gm)].map(([, command]) => command);
    const next = nextOf(template, { name: "my-extension" });
    expect(next.filter((command) => !commands.includes(command))).toEqual([]);
    expect(commands[0]).toBe(`npx kiket-gen add deploy ${name}`);
    expect(page).toMatch(/not\s+run on/);
  });
});

/** A cloned project may have been written by anyone. */
it("takes no text of the project as an instruction, however hostile it is", () => {
  const hostile = `x"\n*/ }\n!Sub \${AWS::AccountId} ' # \${HOME}`;
  const more: Partial<Subject> = {
    name: hostile,
    secretKeys: [hostile],
    layout: { out: `src/${hostile}/generated`, handlers: "src/handlers" },
    packageJson: JSON.stringify({ name: hostile, dependencies: { bullmq: "*", [hostile]: "1" } }),
  };
  const queue = JSON.stringify({ dependencies: { bullmq: "*" } });
  const same = { secretKeys: [hostile], packageJson: queue, name: "sub-aws-accountid-home" };
  expect(filesOf(lambda, more)["template.yaml"]).toBe(filesOf(lambda, same)["template.yaml"]);
  expect(filesOf(fly, more)["fly.toml"]).toBe(filesOf(fly, same)["fly.toml"]);
  expect(wranglerOf(more)).toEqual({ ...wranglerOf(same), main: `src/${hostile}/cloudflare.ts` });
  const ofPrograms = (subject: Partial<Subject>) =>
    [lambda, cloudflare].flatMap((one) =>
      Object.entries(filesOf(one, subject)).flatMap(([path, text]) => (path.endsWith(".ts") ? [text] : [])),
    );
  expect(ofPrograms(more)).toEqual(ofPrograms(same));
  const [, build] = nextOf(lambda, more);
  expect(build).toBe(
    `npm run build && node deploy/bundle.mjs 'src/${hostile.replace("'", `'\\''`)}/lambda.ts' dist/lambda/index.mjs`,
  );
});

it("refuses an evidence adapter where programs run only for a request, and writes nothing", async () => {
  const parent = await createProject({});
  closeAfterwards(() => removeProject(parent));
  const refusal = /evidence adapter .* lambda and cloudflare/;
  const started = runCommand(init, [`${parent}/a`, "--template", "adapter", "--deploy", "lambda,cloudflare"]);
  await expect(started).rejects.toThrow(refusal);
  expect(Object.keys(await readTree(parent))).toEqual(["package.json"]);
  expect((await runCommand(init, [`${parent}/b`, "--template", "adapter", "--deploy", "none"])).code).toBe(0);
  const before = await readTree(parent);
  const added = runCommand(add, ["deploy", "docker", "lambda", "cloudflare", "--dir", `${parent}/b`]);
  await expect(added).rejects.toThrow(refusal);
  expect(await readTree(parent)).toEqual(before);
});
