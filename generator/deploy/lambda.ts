import { shellWord } from "../base/shell-word.js";
import { bundlerRange, bundleScript } from "./bundle-script.js";
import type { DeployProject, DeployTemplate } from "./deploy-template.js";
import { besideGenerated, extensionImport, secretNames } from "./program-file.js";

const bundle = "dist/lambda/index.mjs";

function programText(project: DeployProject): string {
  const { queues, has } = project;
  const stores = has("ioredis");
  const options = [
    ...(stores ? ["  deliveryStore: await createRedisStore(),"] : []),
    ...(queues
      ? ["  // Handlers with `defer` run elsewhere: in a worker, which is the program src/main.ts with --worker."]
      : []),
    ...(queues ? ["  queue: createQueue(),"] : []),
    "  // Less than the 30 s after which the HTTP API answers itself.",
    "  limits: { handlerMs: 25_000 },",
  ];
  return `${queues ? 'import { createQueue } from "kiket-gen/runtime/bullmq";\n' : ""}import { toLambdaHandler } from "kiket-gen/runtime/lambda";
${stores ? 'import { createRedisStore } from "kiket-gen/runtime/redis";\n' : ""}import { createExtension } from ${extensionImport(project)};

// What Lambda calls. Give the extension the options that it has in main.ts.${
    stores
      ? ""
      : `
//
// Each instance of the function has a memory of its own, so a delivery that Kiket repeats may run twice. Make handlers safe to repeat,
// or share what is finished: npm install ioredis, and the option
//   deliveryStore: await createRedisStore()     of kiket-gen/runtime/redis`
  }
const extension = createExtension({
${options.join("\n")}
});

export const handler = toLambdaHandler(extension);
`;
}

/** Settings of the environment whose values are no secrets are in the file; the others come from a secret of AWS. */
function variablesOf(project: DeployProject): string {
  const { resourceName } = project;
  const lines = secretNames(project).map(
    (name) => `          ${name}: "{{resolve:secretsmanager:${resourceName}:SecretString:${name}}}"`,
  );
  if (lines.length === 0) return "";
  return `          # From the secret "${resourceName}" of AWS Secrets Manager, a JSON object with these keys. They are read when you
          # deploy: after a change, deploy again.
${lines.join("\n")}
`;
}

function templateText(project: DeployProject): string {
  return `# A function of AWS Lambda behind an HTTP API, for "sam deploy". Its code is the one file that deploy/bundle.mjs makes of lambda.ts.
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31

Parameters:
  KiketBaseUrl:
    Type: String
    Default: https://kiket.dev
    Description: Address of Kiket, its keys and its API.

Resources:
  Extension:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: dist/lambda/
      Handler: index.handler
      Runtime: nodejs24.x
      Architectures: [arm64]
      # The processor comes with the memory: with less, the first delivery of an instance takes longer.
      MemorySize: 512
      # In seconds: more than a handler may take.
      Timeout: 29
      # Limits what strangers can cost you, by requests that are refused.
      # ReservedConcurrentExecutions: 20
      # For a Redis within a VPC:
      # VpcConfig: { SubnetIds: [], SecurityGroupIds: [] }
      Environment:
        Variables:
          KIKET_BASE_URL: !Ref KiketBaseUrl
          # An error names the line of your source.
          NODE_OPTIONS: --enable-source-maps
${variablesOf(project)}      Events:
        # Every path and method. Anyone may call: the extension refuses what Kiket has not signed.
        Deliveries:
          Type: HttpApi

Outputs:
  Url:
    Description: The callback URL, for Kiket.
    Value: !Sub "https://\${ServerlessHttpApi}.execute-api.\${AWS::Region}.\${AWS::URLSuffix}"
`;
}

/** A function of AWS Lambda, made of one file. */
export const lambda: DeployTemplate = {
  target: "lambda",
  needs: [],
  files: (project) => [
    { path: besideGenerated(project, "lambda.ts"), text: programText(project) },
    { path: "template.yaml", text: templateText(project), otherPaths: ["template.yml", "template.json"] },
    bundleScript(project),
  ],
  packages: () => ({ devDependencies: { esbuild: bundlerRange } }),
  next: (project) => {
    const { resourceName } = project;
    const secret = `aws secretsmanager create-secret --name ${resourceName} --secret-string file://secrets.json`;
    return [
      ...(secretNames(project).length === 0 ? [] : [secret]),
      `npm run build && node deploy/bundle.mjs ${shellWord(besideGenerated(project, "lambda.ts"))} ${bundle}`,
      `sam deploy --guided --stack-name ${resourceName}`,
    ];
  },
};
