import { containerPort, createEnvFile, metricsPort, stopSeconds } from "./container.js";
import type { DeployFile, DeployProject, DeployTemplate } from "./deploy-template.js";
import { sharingPackages, sharingProgram } from "./sharing-program.js";

/** What every container of the project has. */
function containerOf({ resourceName, listens }: DeployProject): string {
  return `x-program: &program
  build: .
  image: ${resourceName}
  # Settings and secrets. The file stays on this machine: neither git nor the image has it.
  env_file: .env
  restart: unless-stopped
  stop_grace_period: ${stopSeconds}s
  read_only: true
  cap_drop: [ALL]
  security_opt: [no-new-privileges:true]${
    listens
      ? `
  depends_on:
    redis: { condition: service_healthy }

# What is the same in each container, and has precedence over .env.
x-environment: &environment
  HOST: 0.0.0.0
  PORT: ${containerPort}
  REDIS_URL: redis://redis:6379
  # Prometheus asks here. No other network reaches it.
  KIKET_METRICS_HOST: 0.0.0.0
  KIKET_METRICS_PORT: ${metricsPort}`
      : ""
  }
`;
}

function workerOf({ queues, defers }: DeployProject): string {
  if (!queues) return "";
  const waiting = `
    # A worker without a deferred handler ends with a message. When you have one, remove this line, or: docker compose --profile worker up
    profiles: [worker]`;
  return `
  # Runs deferred deliveries. It takes no requests, so there is nothing to ask for its health: it ends when it cannot go on.
  worker:
    <<: *program
    command: [--worker]
    environment: *environment
    healthcheck: { disable: true }${defers ? "" : waiting}
`;
}

function composeFileOf(project: DeployProject): string {
  const { listens, queues } = project;
  const start = `# ${listens ? `The extension twice behind one address, ${queues ? "a worker, " : ""}Redis, and Prometheus` : "The adapter"}: docker compose up --build --detach
# Not one secret is in this file.

${containerOf(project)}
services:
`;
  if (!listens) return `${start}  adapter:\n    <<: *program\n`;
  return `${start}  # The only port that is open to the outside. With SITE_ADDRESS=extension.example.com in .env it serves HTTPS for that name: open its ports then.
  balancer:
    image: caddy:2-alpine
    ports: ["${containerPort}:${containerPort}"]
    environment: { SITE_ADDRESS: "\${SITE_ADDRESS:-:${containerPort}}" }
    volumes: ["./deploy/Caddyfile:/etc/caddy/Caddyfile:ro", "caddy:/data"]
    restart: unless-stopped
    depends_on: [extension]

  extension:
    <<: *program
    environment: *environment
    deploy: { replicas: 2 }
${workerOf(project)}
  redis:
    image: redis:8-alpine
    # What is finished${queues ? " and what is deferred" : ""} must survive a restart, and must not be removed when memory is short.
    command: [redis-server, --appendonly, "yes", --maxmemory, 256mb, --maxmemory-policy, noeviction]
    volumes: ["redis:/data"]
    restart: unless-stopped
    healthcheck:
      test: [CMD, redis-cli, ping]
      interval: 5s
      timeout: 3s
      retries: 5

  prometheus:
    image: prom/prometheus:v3.5.0
    # Its page is for this machine only.
    ports: ["127.0.0.1:9090:9090"]
    volumes: ["./deploy/prometheus.yml:/etc/prometheus/prometheus.yml:ro", "prometheus:/prometheus"]
    restart: unless-stopped

volumes:
  caddy:
  redis:
  prometheus:
`;
}

const caddyFile = `# Sends each request to an instance that accepts it.
{$SITE_ADDRESS} {
	reverse_proxy {
		# Asks for the addresses of the instances again and again: their number may change.
		dynamic a {
			name extension
			port ${containerPort}
			refresh 2s
		}
		lb_policy round_robin
		# Only for a connection that was refused: nothing was delivered then.
		lb_try_duration 5s
		fail_duration 10s
	}
}
`;

function prometheusFileOf({ queues }: DeployProject): string {
  return `# Asks each instance by itself.
global:
  scrape_interval: 15s

scrape_configs:
  - job_name: kiket
    dns_sd_configs:
      - names: [extension${queues ? ", worker" : ""}]
        type: A
        port: ${metricsPort}
        refresh_interval: 15s
`;
}

function filesOf(project: DeployProject): readonly DeployFile[] {
  const otherPaths = ["compose.yml", "docker-compose.yml", "docker-compose.yaml"];
  const compose = { path: "compose.yaml", text: composeFileOf(project), otherPaths };
  if (!project.listens) return [compose];
  return [
    compose,
    { path: "deploy/Caddyfile", text: caddyFile },
    { path: "deploy/prometheus.yml", text: prometheusFileOf(project) },
  ];
}

/** All of it on one machine. */
export const compose: DeployTemplate = {
  target: "compose",
  needs: ["docker"],
  files: filesOf,
  packages: ({ listens }) => (listens ? sharingPackages : {}),
  program: sharingProgram,
  next: ({ queues }) => [
    createEnvFile,
    ...(queues ? ['grep -q ^KIKET_QUEUE_KEY= .env || echo "KIKET_QUEUE_KEY=$(openssl rand -base64 32)" >> .env'] : []),
    "docker compose up --build --detach",
  ],
};
