/** Where a project can be deployed, in the order of the help, each with one line for it. */
export const deploySummaries = {
  docker: "an image with one bundled file, without shell and package manager",
  compose: "two instances behind one address, a worker, Redis and Prometheus, on one machine",
  kubernetes: "a Deployment that scales, its Service and its worker, with secrets as files",
  "cloud-run": "a service of Google Cloud Run, with secrets of Secret Manager",
  lambda: "a function of AWS Lambda behind an HTTP API, for AWS SAM",
  cloudflare: "a worker of Cloudflare, for wrangler",
  fly: "the image on Fly.io",
} as const;

export type DeployTarget = keyof typeof deploySummaries;

export const deployTargets: readonly DeployTarget[] = Object.keys(deploySummaries) as DeployTarget[];

/** Where a program runs only for a request, so that an evidence adapter cannot. */
export const onlyForRequests: readonly DeployTarget[] = ["cloud-run", "lambda", "cloudflare"];
