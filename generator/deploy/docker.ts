import type { PackageManager } from "../base/package-manager.js";
import { bundlerRange, bundleScript } from "./bundle-script.js";
import { containerPort, createEnvFile, userId } from "./container.js";
import type { DeployProject, DeployTemplate } from "./deploy-template.js";

const [buildImage, runImage] = ["node:24-trixie-slim", "gcr.io/distroless/nodejs24-debian13:nonroot"];

/** No shell and no curl are in the image. It asks for /health: an image cannot know whether a load balancer is before it. */
const healthCheck = [
  "/nodejs/bin/node",
  "-e",
  "fetch('http://127.0.0.1:'+process.env.PORT+'/health').then(({ok})=>process.exit(ok?0:1),()=>process.exit(1))",
];

const listening = `EXPOSE ${containerPort}
# With the option basePath, put that path before /health.
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s --retries=3 \\
  CMD ${JSON.stringify(healthCheck).replaceAll('","', '", "')}
`;

const packagesFirst = "# The packages first: they are installed again only when one of these files changes.";

/** How the packages get into the stage that builds, and the sources. */
const installing: Readonly<Record<PackageManager, string>> = {
  npm: `${packagesFirst}
COPY package.json package-lock.json* ./
RUN if [ -f package-lock.json ]; then npm ci; else npm install; fi
COPY . .`,
  pnpm: `${packagesFirst}
# Corepack takes the pnpm that package.json names in "packageManager".
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml* ./
RUN corepack enable && pnpm install --frozen-lockfile
COPY . .`,
  yarn: `# Corepack takes the Yarn that package.json names in "packageManager". The script that bundles needs a folder node_modules.
COPY . .
RUN corepack enable && YARN_NODE_LINKER=node-modules yarn install --frozen-lockfile`,
  bun: `${packagesFirst}
# Bun installs the packages only: npm runs the scripts below, and Node the program.
COPY package.json bun.lock* bun.lockb* ./
RUN npm install --global bun@1 && bun install --frozen-lockfile
COPY . .`,
};

function dockerfileOf({ listens, installer }: DeployProject): string {
  return `# An image with Node and one bundled file: no shell, no package manager, no sources.
#
# The tags take the fixes of a major version with each build. For builds that repeat exactly, pin both by their digest, and let a bot
# raise it: FROM ${buildImage}@sha256:…, as \`docker buildx imagetools inspect ${buildImage}\` prints it.

FROM ${buildImage} AS build
WORKDIR /app
${installing[installer]}
# The build generates and checks the types; the bundle is one file, from the same sources.
RUN npm run build --if-present && node deploy/bundle.mjs

FROM ${runImage}
WORKDIR /app
ENV NODE_ENV=production${listens ? ` HOST=0.0.0.0 PORT=${containerPort}` : ""}
COPY --from=build /app/dist/bundle ./
# The user "nonroot" of the image, by its number, which Kubernetes can check.
USER ${userId}:${userId}
${listens ? listening : ""}# A list, without a shell between: SIGTERM reaches the program, which then finishes what is under way.
ENTRYPOINT ["/nodejs/bin/node", "--enable-source-maps", "main.mjs"]
`;
}

const ignored = `# What the image is not made of: a change of it builds nothing again, and no secret gets into a layer.
.dev.vars*
.env
.env.*
.git
.kiket-gen
.npmrc
.wrangler
compose.yaml
deploy/*
!deploy/bundle.mjs
dist
Dockerfile
node_modules
recordings
secrets
secrets.env
secrets.json
`;

/** An image with one bundled file. */
export const docker: DeployTemplate = {
  target: "docker",
  needs: [],
  files: (project) => [
    { path: "Dockerfile", text: dockerfileOf(project) },
    { path: ".dockerignore", text: ignored, otherPaths: ["Dockerfile.dockerignore"] },
    bundleScript(project),
  ],
  packages: () => ({ devDependencies: { esbuild: bundlerRange } }),
  next: ({ resourceName, listens }) => [
    createEnvFile,
    `docker build --tag ${resourceName} .`,
    // .env.example has the address for a program that is not in a container.
    `docker run --rm --env-file .env${listens ? ` --env HOST=0.0.0.0 --publish 127.0.0.1:${containerPort}:${containerPort}` : ""} ${resourceName}`,
  ],
};
