import { describe, expect, it } from "vitest";
import { parse as parseYaml } from "yaml";
import { cloudRun } from "../../../generator/deploy/cloud-run.js";
import type { DeployProject } from "../../../generator/deploy/deploy-template.js";
import { deployProjects, deployTexts, hostileProject } from "../../support/deploy-projects.js";

function serviceOf(project: DeployProject | undefined) {
  return parseYaml(deployTexts(cloudRun, project as DeployProject)["deploy/cloud-run.yaml"] ?? "", { strict: true });
}

describe("the service of Cloud Run", () => {
  it("is one with probes, limits, and an instance that is always there", () => {
    expect(serviceOf(deployProjects.plain)).toEqual({
      apiVersion: "serving.knative.dev/v1",
      kind: "Service",
      metadata: { name: "desk", annotations: { "run.googleapis.com/ingress": "all" } },
      spec: {
        template: {
          metadata: {
            annotations: {
              "autoscaling.knative.dev/minScale": "1",
              "autoscaling.knative.dev/maxScale": "10",
              "run.googleapis.com/cpu-throttling": "false",
              "run.googleapis.com/startup-cpu-boost": "true",
            },
          },
          spec: {
            containerConcurrency: 80,
            timeoutSeconds: 60,
            containers: [
              {
                image: "REGION-docker.pkg.dev/PROJECT/kiket/desk:1",
                ports: [{ name: "http1", containerPort: 8000 }],
                resources: { limits: { cpu: "1", memory: "512Mi" } },
                startupProbe: { httpGet: { path: "/ready", port: 8000 }, periodSeconds: 1, failureThreshold: 30 },
                livenessProbe: { httpGet: { path: "/health", port: 8000 }, periodSeconds: 30, timeoutSeconds: 5 },
              },
            ],
          },
        },
      },
    });
  });

  it("takes secrets by reference, and says how to create each", () => {
    const project = deployProjects.deferring as DeployProject;
    const [container] = serviceOf(project).spec.template.spec.containers;
    const names = ["REDIS_URL", "KIKET_QUEUE_KEY", "KIKET_SECRET_API_KEY"];
    expect(container.env).toEqual(
      names.map((name) => ({ name, valueFrom: { secretKeyRef: { name, key: "latest" } } })),
    );
    expect(cloudRun.next(project).filter((line) => line.startsWith("gcloud secrets"))).toEqual(
      names.map((name) => `gcloud secrets create ${name} --data-file=secrets/${name}`),
    );
  });

  it("takes no text of the project, however hostile it is", () => {
    const service = serviceOf(hostileProject);
    expect(service.metadata.name).toBe("x-run-curl-evil-sh-home-a-b-c");
    expect(service.spec.template.spec.containers[0].env.map(({ name }: { name: string }) => name)).toEqual([
      "REDIS_URL",
      "KIKET_QUEUE_KEY",
      "KIKET_SECRET_X_RUN_CURL_EVIL_SH_HOME_A_B_C",
      "KIKET_SECRET_A_B",
      "KIKET_SECRET_API_KEY",
    ]);
  });
});
