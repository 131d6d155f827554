import { describe, expect, it } from "vitest";
import { parse as parseYaml } from "yaml";
import { compose } from "../../../generator/deploy/compose.js";
import type { DeployProject } from "../../../generator/deploy/deploy-template.js";
import { deployProjects, deployTexts, hostileProject, hostileText } from "../../support/deploy-projects.js";

interface ComposeService {
  readonly image?: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly environment?: Readonly<Record<string, unknown>>;
  readonly profiles?: readonly string[];
  readonly [member: string]: unknown;
}

interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes?: Readonly<Record<string, unknown>>;
}

function composeOf(project: DeployProject | undefined): ComposeFile {
  const text = deployTexts(compose, project as DeployProject)["compose.yaml"] ?? "";
  return parseYaml(text, { strict: true, uniqueKeys: true, merge: true }) as ComposeFile;
}

describe("the file of compose", () => {
  it("has two extensions behind one address, a worker, Redis and Prometheus", () => {
    const { services } = composeOf(deployProjects.deferring);
    expect(Object.keys(services)).toEqual(["balancer", "extension", "worker", "redis", "prometheus"]);
    expect(services.extension).toMatchObject({ image: "desk", build: ".", deploy: { replicas: 2 } });
    expect(services.worker).toMatchObject({ image: "desk", command: ["--worker"], healthcheck: { disable: true } });
    // Two instances cannot have the same port of the machine.
    const open = Object.entries(services).flatMap(([name, { ports = [] }]) => ports.map((port) => [name, port]));
    expect(open).toEqual([
      ["balancer", "8000:8000"],
      ["prometheus", "127.0.0.1:9090:9090"],
    ]);
  });

  it("starts no worker that would end at once", () => {
    expect(composeOf(deployProjects.queued).services.worker?.profiles).toEqual(["worker"]);
    expect(composeOf(deployProjects.deferring).services.worker?.profiles).toBe(undefined);
    expect(Object.keys(composeOf(deployProjects.plain).services)).not.toContain("worker");
    expect(Object.keys(composeOf(deployProjects.adapter).services)).toEqual(["adapter"]);
  });

  it("keeps what Redis has over restarts, and never removes it when memory is short", () => {
    const { services, volumes } = composeOf(deployProjects.plain);
    const { command = [], volumes: mounted, ports } = services.redis ?? {};
    expect(command.join(" ")).toBe("redis-server --appendonly yes --maxmemory 256mb --maxmemory-policy noeviction");
    expect([mounted, ports]).toEqual([["redis:/data"], undefined]);
    expect(Object.keys(volumes ?? {})).toEqual(["caddy", "redis", "prometheus"]);
    expect(services.extension).toMatchObject({ depends_on: { redis: { condition: "service_healthy" } } });
  });

  it("has no secret: they come from a file that neither git nor the image has", () => {
    for (const project of Object.values(deployProjects)) {
      for (const { environment = {}, build, ...service } of Object.values(composeOf(project).services)) {
        expect(Object.keys(environment).filter((name) => /SECRET|KEY|TOKEN|PASSWORD/.test(name))).toEqual([]);
        expect(service.env_file).toBe(build === undefined ? undefined : ".env");
      }
    }
  });

  it("gives the program no right that it does not need, and the time to end", () => {
    const { services } = composeOf(deployProjects.deferring);
    for (const name of ["extension", "worker"]) {
      expect(services[name]).toMatchObject({
        read_only: true,
        cap_drop: ["ALL"],
        security_opt: ["no-new-privileges:true"],
        stop_grace_period: "30s",
      });
    }
  });

  it("has its files, which agree with it", () => {
    const project = deployProjects.deferring as DeployProject;
    const texts = deployTexts(compose, project);
    const { services } = composeOf(project);
    const mounted = Object.values(services).flatMap(({ volumes = [] }) =>
      volumes.filter((volume) => volume.startsWith("./")),
    );
    expect(mounted.map((volume) => volume.slice(2).split(":")[0]).sort()).toEqual(
      Object.keys(texts)
        .filter((path) => path !== "compose.yaml")
        .sort(),
    );
    const { environment = {} } = services.extension ?? {};
    expect(environment).toEqual({
      HOST: "0.0.0.0",
      PORT: 8000,
      REDIS_URL: "redis://redis:6379",
      KIKET_METRICS_HOST: "0.0.0.0",
      KIKET_METRICS_PORT: 9464,
    });
    expect(parseYaml(texts["deploy/prometheus.yml"] ?? "").scrape_configs).toEqual([
      {
        job_name: "kiket",
        dns_sd_configs: [
          { names: ["extension", "worker"], type: "A", port: environment.KIKET_METRICS_PORT, refresh_interval: "15s" },
        ],
      },
    ]);
    expect(texts["deploy/Caddyfile"]).toMatch(/\n\t\t\tname extension\n\t\t\tport 8000\n/);
  });

  it("takes no text of the project, however hostile it is", () => {
    const { services } = composeOf(hostileProject);
    expect(services.extension?.image).toBe("x-run-curl-evil-sh-home-a-b-c");
    for (const text of [...Object.values(deployTexts(compose, hostileProject)), ...compose.next(hostileProject)]) {
      expect(text).not.toContain("evil |");
      expect(text).not.toContain(hostileText);
    }
  });
});
