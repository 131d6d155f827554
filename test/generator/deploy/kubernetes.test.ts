import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Deployment } from "kubernetes-models/apps/v1";
import { HorizontalPodAutoscaler } from "kubernetes-models/autoscaling/v2";
import { PodDisruptionBudget } from "kubernetes-models/policy/v1";
import { Service } from "kubernetes-models/v1";
import { describe, expect, it } from "vitest";
import { parseAllDocuments, parse as parseYaml } from "yaml";
import { stopSeconds } from "../../../generator/deploy/container.js";
import { deployProjectOf } from "../../../generator/deploy/deploy-project.js";
import type { DeployProject } from "../../../generator/deploy/deploy-template.js";
import { kubernetes } from "../../../generator/deploy/kubernetes.js";
import { tsc } from "../../support/compile.js";
import {
  deployProjects,
  deployTexts,
  deskSubject,
  hostileProject,
  hostileText,
} from "../../support/deploy-projects.js";
import { closeAfterwards } from "../../support/open-kiket.js";
import { createProject, removeProject } from "../../support/project.js";

type Documents = Readonly<Record<string, object>>;

/** All resources of a project, by kind and name. */
function resourcesOf(project: DeployProject): Documents {
  const texts = Object.entries(deployTexts(kubernetes, project)).filter(
    ([path]) => !path.endsWith("/kustomization.yaml"),
  );
  const documents = texts.flatMap(([, text]) => parseAllDocuments(text, { strict: true, uniqueKeys: true }));
  expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
  const all = documents.map((document) => document.toJS() as { kind: string; metadata: { name: string } });
  return Object.fromEntries(all.map((resource) => [`${resource.kind} ${resource.metadata.name}`, resource]));
}

const models = { Deployment, Service, PodDisruptionBudget, HorizontalPodAutoscaler } as const;

/** Checks a resource against the schema of Kubernetes. */
function validate(resource: object): void {
  const { kind } = resource as { kind: keyof typeof models };
  const Model = models[kind] as new (data: object) => { validate(): void };
  new Model(resource).validate();
}

const all = { ...deployProjects, hostile: hostileProject };

describe("the resources of Kubernetes", () => {
  it.each(Object.keys(all))("of a project that is %s fit their schemas", (name) => {
    for (const resource of Object.values(resourcesOf(all[name as keyof typeof all] as DeployProject)))
      validate(resource);
  });

  it("do not fit their schemas when something is missing, which is what the test above relies on", () => {
    const { "Deployment desk": deployment } = resourcesOf(deployProjects.plain as DeployProject);
    const broken = structuredClone(deployment) as { spec: { selector?: object } };
    delete broken.spec.selector;
    expect(() => validate(broken)).toThrow(/selector/);
  });

  it("have no member that Kubernetes does not know", async () => {
    const compilerOptions = { module: "nodenext", strict: true, noEmit: true, skipLibCheck: true, types: [] };
    const folder = await createProject({ "tsconfig.json": JSON.stringify({ compilerOptions, include: ["*.ts"] }) });
    closeAfterwards(() => removeProject(folder));
    const kinds = Object.entries({
      "apps/v1": "Deployment",
      v1: "Service",
      "policy/v1": "PodDisruptionBudget",
      "autoscaling/v2": "HorizontalPodAutoscaler",
    });
    const imports = kinds.map(
      ([group, kind]) => `import type { I${kind} } from "kubernetes-models/${group}/${kind}";\n`,
    );
    const values = Object.entries(all).flatMap(([name, project]) =>
      Object.entries(resourcesOf(project)).map(
        ([key, value], index) => `export const ${name}${index}: I${key.split(" ")[0]} = ${JSON.stringify(value)};\n`,
      ),
    );
    const check = async (more: string) => {
      await writeFile(join(folder, "resources.ts"), [...imports, ...values, more].join(""));
      return (await tsc(folder, ["-p", "."])).stdout;
    };
    expect(await check("")).toBe("");
    expect(await check('const wrong: IService = { apiVersion: "v1", kind: "Service", specs: {} };\n')).toContain(
      "'specs'",
    );
  });

  it("are those that the project needs", () => {
    const extension = ["Deployment desk", "HorizontalPodAutoscaler desk", "PodDisruptionBudget desk", "Service desk"];
    const keysOf = (project: DeployProject | undefined) => Object.keys(resourcesOf(project as DeployProject)).sort();
    expect(keysOf(deployProjects.plain)).toEqual(extension);
    expect(keysOf(deployProjects.deferring)).toEqual([extension[0], "Deployment desk-worker", ...extension.slice(1)]);
    expect(keysOf(deployProjects.adapter)).toEqual(["Deployment desk"]);
  });

  it("belong together: selectors, ports, the scaled Deployment, the files and the image", () => {
    const project = deployProjects.deferring as DeployProject;
    const resources = resourcesOf(project);
    const pod = (resources["Deployment desk"] as Deployment).spec?.template;
    const labels = { "app.kubernetes.io/name": "desk", "app.kubernetes.io/component": "extension" };
    expect(pod?.metadata?.labels).toEqual(labels);
    expect((resources["Service desk"] as Service).spec?.selector).toEqual(labels);
    expect((resources["PodDisruptionBudget desk"] as PodDisruptionBudget).spec?.selector?.matchLabels).toEqual(labels);
    expect((resources["HorizontalPodAutoscaler desk"] as HorizontalPodAutoscaler).spec).toMatchObject({
      scaleTargetRef: { kind: "Deployment", name: "desk" },
      minReplicas: 2,
    });
    const [container] = pod?.spec?.containers ?? [];
    expect(container?.ports?.map(({ name, containerPort }) => [name, containerPort])).toEqual([
      ["http", 8000],
      ["metrics", 9464],
    ]);
    expect((resources["Service desk"] as Service).spec?.ports?.[0]?.targetPort).toBe("http");
    expect([container?.readinessProbe?.httpGet, container?.livenessProbe?.httpGet]).toEqual([
      { path: "/ready", port: "http" },
      { path: "/health", port: "http" },
    ]);
    expect(parseYaml(deployTexts(kubernetes, project)["deploy/kubernetes/kustomization.yaml"] ?? "")).toEqual({
      apiVersion: "kustomize.config.k8s.io/v1beta1",
      kind: "Kustomization",
      resources: ["extension.yaml", "worker.yaml"],
      images: [{ name: container?.image, newName: "registry.example.com/desk", newTag: "1" }],
    });
  });

  it("give the program no right that it does not need, and the time to end", () => {
    for (const project of Object.values(deployProjects)) {
      for (const [key, resource] of Object.entries(resourcesOf(project))) {
        if (!key.startsWith("Deployment")) continue;
        const spec = (resource as Deployment).spec?.template?.spec;
        expect(spec?.securityContext).toMatchObject({
          runAsNonRoot: true,
          runAsUser: 65532,
          seccompProfile: { type: "RuntimeDefault" },
        });
        expect(spec?.containers[0]?.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        });
        expect(spec?.automountServiceAccountToken).toBe(false);
        expect(spec?.terminationGracePeriodSeconds).toBe(stopSeconds);
        // drainTime of the program, closeWithin of the runtime, and the 3 s that the program's own work may take.
        expect(stopSeconds).toBeGreaterThanOrEqual(10 + 10 + 3);
      }
    }
  });

  it("mount the secrets as files, readable by the program only, and have no value of any", () => {
    const { "Deployment desk": deployment } = resourcesOf(deployProjects.deferring as DeployProject);
    const spec = (deployment as Deployment).spec?.template?.spec;
    const [container] = spec?.containers ?? [];
    expect(spec?.volumes).toEqual([{ name: "secrets", secret: { secretName: "desk", defaultMode: 0o440 } }]);
    const [mount] = container?.volumeMounts ?? [];
    expect(mount).toEqual({ name: "secrets", mountPath: "/etc/kiket/secrets", readOnly: true });
    const environment = Object.fromEntries(
      (container?.env ?? []).map(({ name, value, valueFrom }) => [name, value ?? valueFrom]),
    );
    expect(environment).toEqual({
      HOST: "0.0.0.0",
      PORT: "8000",
      SECRETS_FOLDER: mount?.mountPath,
      KIKET_METRICS_HOST: "0.0.0.0",
      KIKET_METRICS_PORT: "9464",
      REDIS_URL: { secretKeyRef: { name: "desk", key: "REDIS_URL" } },
      KIKET_QUEUE_KEY: { secretKeyRef: { name: "desk", key: "KIKET_QUEUE_KEY" } },
    });
    expect(kubernetes.next(deployProjects.deferring as DeployProject)[1]).toBe(
      "kubectl create secret generic desk --from-file=secrets/REDIS_URL --from-file=secrets/KIKET_QUEUE_KEY --from-file=secrets/API_KEY",
    );
  });

  it("name no key of the Secret twice", () => {
    const project = deployProjectOf({ ...deskSubject, secretKeys: ["REDIS_URL", "API_KEY"] });
    expect(kubernetes.next(project)[1]).toBe(
      "kubectl create secret generic desk --from-file=secrets/REDIS_URL --from-file=secrets/API_KEY",
    );
  });

  it("start no worker that would end at once, and one where a handler is deferred", () => {
    const workerOf = (project: DeployProject | undefined) =>
      (resourcesOf(project as DeployProject)["Deployment desk-worker"] as Deployment).spec;
    expect(workerOf(deployProjects.queued)?.replicas).toBe(0);
    const spec = workerOf(deployProjects.deferring);
    expect([spec?.replicas, spec?.template?.spec?.containers[0]?.args]).toEqual([1, ["--worker"]]);
  });

  it("take no text of the project, however hostile it is", () => {
    for (const text of [
      ...Object.values(deployTexts(kubernetes, hostileProject)),
      ...kubernetes.next(hostileProject),
    ]) {
      expect(text).not.toContain("evil |");
      expect(text).not.toContain(hostileText);
      expect(text).not.toContain("a/b");
    }
    expect(Object.keys(resourcesOf(hostileProject))[0]).toBe("Deployment x-run-curl-evil-sh-home-a-b-c");
  });
});
