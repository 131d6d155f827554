import { UsageError } from "../base/usage-error.js";
import { anyOf, isOneOf } from "../base/word-list.js";

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

/** The targets that words name. `more`: what else may stand there. @throws {UsageError} for another word, and for none. */
export function readTargets(words: readonly string[], ...more: readonly string[]): readonly DeployTarget[] {
  const known = anyOf([...deployTargets, ...more]);
  if (words.length === 0) throw new UsageError(`expected where to deploy: ${known}`);
  return words.map((word) => {
    if (isOneOf(deployTargets, word)) return word;
    throw new UsageError(`a project can be deployed with ${known}, not with ${JSON.stringify(word)}`);
  });
}
