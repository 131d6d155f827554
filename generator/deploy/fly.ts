import { containerPort, metricsPort, stopSeconds } from "./container.js";
import type { DeployProject, DeployTemplate } from "./deploy-template.js";
import { secretNames } from "./program-file.js";

const service = ({ defers }: DeployProject): string => `
[http_service]
  internal_port = ${containerPort}
  force_https = true
${defers ? '  processes = ["app"]\n' : ""}  # A machine that is stopped starts with the next request, and has forgotten what it knew. One always runs.
  auto_stop_machines = "stop"
  auto_start_machines = true
  min_machines_running = 1

  [http_service.concurrency]
    type = "requests"
    soft_limit = 100

  # A machine gets requests while it is ready: /ready says 503 as soon as it is told to stop.
  [[http_service.checks]]
    method = "GET"
    path = "/ready"
    interval = "10s"
    timeout = "3s"
    grace_period = "10s"
`;

const worker = `
# The image adds these to its command: deferred deliveries are handled by machines of their own, which never stop by themselves.
[processes]
  app = ""
  worker = "--worker"
`;

const metrics = `
# Fly.io collects the metrics of the program.
[metrics]
  port = ${metricsPort}
  path = "/metrics"
`;

function configText(project: DeployProject): string {
  const { resourceName, listens, defers, has } = project;
  const measures = listens && has("prom-client");
  const shares = has("ioredis");
  return `# The image of the Dockerfile on Fly.io: https://fly.io/docs/reference/configuration/
app = "${resourceName}"
primary_region = "iad"

# The program stops at SIGTERM: it answers what it is handling, for 10 s, and closes. Fly.io's default is SIGINT, and 5 s.
kill_signal = "SIGTERM"
kill_timeout = "${stopSeconds}s"
${
  listens && !shares
    ? `
# Each machine has a memory of its own, so a delivery that Kiket repeats may run twice on two of them. Run one ("fly scale count 1"), or
# share what is finished: npm install ioredis, and the option deliveryStore: await createRedisStore() of kiket-gen/runtime/redis.
`
    : ""
}
[build]
  dockerfile = "Dockerfile"

# Addresses and settings. No secret belongs here: "fly secrets set" keeps them.
[env]
  KIKET_BASE_URL = "https://kiket.dev"
${measures ? `  KIKET_METRICS_HOST = "0.0.0.0"\n  KIKET_METRICS_PORT = "${metricsPort}"\n` : ""}${listens ? service(project) : ""}${defers ? worker : ""}${measures ? metrics : ""}
[[vm]]
  size = "shared-cpu-1x"
  memory = "256mb"
`;
}

/** The image on Fly.io. */
export const fly: DeployTemplate = {
  target: "fly",
  needs: ["docker"],
  files: (project) => [{ path: "fly.toml", text: configText(project) }],
  packages: () => ({}),
  next: (project) => [
    `fly apps create ${project.resourceName}`,
    ...(secretNames(project).length === 0 ? [] : ["fly secrets import < secrets.env"]),
    "fly deploy",
  ],
};
