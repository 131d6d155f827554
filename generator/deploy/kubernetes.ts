import { containerPort, drainSeconds, metricsPort, stopSeconds, userId } from "./container.js";
import type { DeployFile, DeployProject, DeployTemplate } from "./deploy-template.js";
import { sharingPackages, sharingProgram } from "./sharing-program.js";

const folder = "deploy/kubernetes";
/** Not below /run/secrets, where Kubernetes mounts tokens of its own. */
const secretsFolder = "/etc/kiket/secrets";

const secretEntry = (name: string, secret: string): string => `            - name: ${name}
              valueFrom:
                secretKeyRef: { name: ${secret}, key: ${name} }
`;

/** Variables of secrets that no file can give: addresses, keys of the queue, and what an adapter reads. */
function variablesOf({ kind, queues, secretVariables }: DeployProject): readonly string[] {
  if (kind === "adapter") return secretVariables;
  return ["REDIS_URL", ...(queues ? ["KIKET_QUEUE_KEY"] : []), ...(kind === "webhook" ? ["KIKET_WEBHOOK_SECRET"] : [])];
}

const probes = `          # Until secrets are loaded and while it ends, no requests are sent to it.
          readinessProbe:
            httpGet: { path: /ready, port: http }
            periodSeconds: 5
            failureThreshold: 1
          # Kills it only when it does not answer at all.
          livenessProbe:
            httpGet: { path: /health, port: http }
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 3
`;

/** What is the same in the Deployments of the program and of its worker. */
function podOf(project: DeployProject, role: "extension" | "worker" | "adapter"): string {
  const { resourceName: name } = project;
  const [serves, mounts] = [role === "extension", role !== "adapter"];
  const environment = [
    ...(serves ? ["            # In a container, all addresses.\n            - { name: HOST, value: 0.0.0.0 }\n"] : []),
    ...(serves ? [`            - { name: PORT, value: "${containerPort}" }\n`] : []),
    ...(mounts
      ? [
          `            - { name: SECRETS_FOLDER, value: ${secretsFolder} }\n`,
          "            - { name: KIKET_METRICS_HOST, value: 0.0.0.0 }\n",
          `            - { name: KIKET_METRICS_PORT, value: "${metricsPort}" }\n`,
        ]
      : []),
    ...variablesOf(project).map((variable) => secretEntry(variable, name)),
  ];
  const ports = [
    ...(serves ? [`            - { name: http, containerPort: ${containerPort} }\n`] : []),
    ...(mounts ? [`            - { name: metrics, containerPort: ${metricsPort} }\n`] : []),
  ];
  return `  template:
    metadata:
      labels: { app.kubernetes.io/name: ${name}, app.kubernetes.io/component: ${role} }
${
  mounts
    ? `      annotations:
        # For a Prometheus that looks for these; the operator wants a PodMonitor of the port "metrics".
        prometheus.io/scrape: "true"
        prometheus.io/port: "${metricsPort}"
`
    : ""
}    spec:
      # ${serves ? `${drainSeconds} s in which requests still arrive, then` : "On SIGTERM it ends"} what is under way.
      terminationGracePeriodSeconds: ${stopSeconds}
      # It never calls Kubernetes, and variables such as <SERVICE>_PORT could be taken for its own.
      automountServiceAccountToken: false
      enableServiceLinks: false
      securityContext:
        runAsNonRoot: true
        runAsUser: ${userId}
        runAsGroup: ${userId}
        # May read the files of secrets.
        fsGroup: ${userId}
        seccompProfile: { type: RuntimeDefault }
${
  serves
    ? `      # One node that fails takes one instance with it.
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels: { app.kubernetes.io/name: ${name}, app.kubernetes.io/component: ${role} }
`
    : ""
}      containers:
        - name: ${role}
          # kustomization.yaml names the registry and the tag.
          image: ${name}
${role === "worker" ? "          args: [--worker]\n" : ""}${ports.length === 0 ? "" : `          ports:\n${ports.join("")}`}          env:
${environment.join("")}${serves ? probes : ""}          resources:
            requests: { cpu: 100m, memory: 128Mi }
            # No limit for the processor: it would only slow down what could run.
            limits: { memory: 256Mi }
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: { drop: [ALL] }
${
  mounts
    ? `          volumeMounts:
            - { name: secrets, mountPath: ${secretsFolder}, readOnly: true }
      volumes:
        - name: secrets
          # 288 is 0440: readers of YAML do not agree on what begins with 0.
          secret: { secretName: ${name}, defaultMode: 288 }
`
    : ""
}`;
}

function deploymentOf(project: DeployProject, role: "extension" | "worker" | "adapter"): string {
  const { resourceName: name, defers } = project;
  const replicas =
    role === "extension"
      ? "  # No number of replicas: the HorizontalPodAutoscaler decides.\n"
      : `${role === "worker" && !defers ? "  # A worker without a deferred handler ends with a message. Write 1 or more when you have one.\n" : ""}  replicas: ${role === "worker" && !defers ? 0 : 1}\n`;
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${role === "worker" ? `${name}-worker` : name}
spec:
${replicas}  selector:
    matchLabels: { app.kubernetes.io/name: ${name}, app.kubernetes.io/component: ${role} }
${
  role === "extension"
    ? `  strategy:
    # A new instance is ready before an old one ends.
    rollingUpdate: { maxUnavailable: 0, maxSurge: 1 }
`
    : ""
}${podOf(project, role)}`;
}

function extensionFileOf(project: DeployProject): string {
  const { resourceName: name } = project;
  return `${deploymentOf(project, "extension")}---
# Kiket must reach it from outside: put your Ingress or Gateway before it, with TLS.
apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
  selector: { app.kubernetes.io/name: ${name}, app.kubernetes.io/component: extension }
  ports:
    - { name: http, port: 80, targetPort: http }
---
# When nodes are emptied, at most one instance is away.
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: ${name}
spec:
  maxUnavailable: 1
  selector:
    matchLabels: { app.kubernetes.io/name: ${name}, app.kubernetes.io/component: extension }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: ${name}
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: ${name} }
  minReplicas: 2
  maxReplicas: 10
  metrics:
    - type: Resource
      resource:
        name: cpu
        target: { type: Utilization, averageUtilization: 70 }
`;
}

function filesOf(project: DeployProject): readonly DeployFile[] {
  const { resourceName: name, listens, queues } = project;
  const parts: readonly (readonly [string, string])[] = [
    listens ? ["extension.yaml", extensionFileOf(project)] : ["adapter.yaml", deploymentOf(project, "adapter")],
    ...(queues ? [["worker.yaml", deploymentOf(project, "worker")] as const] : []),
  ];
  const kustomization = `# kubectl apply --kustomize ${folder}
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
${parts.map(([file]) => `  - ${file}\n`).join("")}images:
  # Where your image is. Write a tag of its own for each release, or a digest.
  - name: ${name}
    newName: registry.example.com/${name}
    newTag: "1"
`;
  return [["kustomization.yaml", kustomization] as const, ...parts].map(([file, text]) => ({
    path: `${folder}/${file}`,
    text,
  }));
}

/** A cluster. */
export const kubernetes: DeployTemplate = {
  target: "kubernetes",
  needs: ["docker"],
  files: filesOf,
  packages: ({ listens }) => (listens ? sharingPackages : {}),
  program: sharingProgram,
  next: (project) => {
    const { resourceName: name, secretKeys, listens } = project;
    // kubectl refuses a key that is named twice.
    const keys = [...new Set([...variablesOf(project), ...(listens ? secretKeys : [])])];
    return [
      `docker build --tag registry.example.com/${name}:1 . && docker push registry.example.com/${name}:1`,
      // From files, so that no value is in the history of the shell.
      `kubectl create secret generic ${name} ${keys.map((key) => `--from-file=secrets/${key}`).join(" ")}`,
      `kubectl apply --kustomize ${folder}`,
    ];
  },
};
