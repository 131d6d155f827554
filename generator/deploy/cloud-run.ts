import { containerPort } from "./container.js";
import type { DeployProject, DeployTemplate } from "./deploy-template.js";
import { secretNames } from "./program-file.js";

const file = "deploy/cloud-run.yaml";

const secretEntry = (name: string): string => `            - name: ${name}
              valueFrom:
                secretKeyRef: { name: ${name}, key: latest }
`;

function serviceOf(project: DeployProject): string {
  const { resourceName: name } = project;
  const variables = secretNames(project);
  const secrets =
    variables.length === 0
      ? ""
      : `          env:
            # Secrets of Secret Manager, by their names. An instance reads them when it starts; for a fixed version write its number.
${variables.map(secretEntry).join("")}`;
  return `# gcloud run services replace ${file}
# Write your own PROJECT and REGION. Cloud Run sets PORT.
apiVersion: serving.knative.dev/v1
kind: Service
metadata:
  name: ${name}
  annotations:
    # Kiket calls from outside, without an account of Google: each delivery is signed. Let allUsers invoke the service.
    run.googleapis.com/ingress: all
spec:
  template:
    metadata:
      annotations:
        # One instance is always there, so that Kiket never waits for a start.
        autoscaling.knative.dev/minScale: "1"
        autoscaling.knative.dev/maxScale: "10"
        # Also between requests: telemetry, renewed secrets and what is deferred run after the answer.
        run.googleapis.com/cpu-throttling: "false"
        run.googleapis.com/startup-cpu-boost: "true"
    spec:
      containerConcurrency: 80
      # Longer than a handler may take, which is 30 s.
      timeoutSeconds: 60
      containers:
        - image: REGION-docker.pkg.dev/PROJECT/kiket/${name}:1
          ports:
            - { name: http1, containerPort: ${containerPort} }
${secrets}          resources:
            limits: { cpu: "1", memory: 512Mi }
          startupProbe:
            httpGet: { path: /ready, port: ${containerPort} }
            periodSeconds: 1
            failureThreshold: 30
          livenessProbe:
            httpGet: { path: /health, port: ${containerPort} }
            periodSeconds: 30
            timeoutSeconds: 5
`;
}

/** Google Cloud Run. */
export const cloudRun: DeployTemplate = {
  target: "cloud-run",
  needs: ["docker"],
  files: (project) => [{ path: file, text: serviceOf(project) }],
  packages: () => ({}),
  next: (project) => {
    const { resourceName: name } = project;
    return [
      `docker build --tag REGION-docker.pkg.dev/PROJECT/kiket/${name}:1 . && docker push REGION-docker.pkg.dev/PROJECT/kiket/${name}:1`,
      ...secretNames(project).map((variable) => `gcloud secrets create ${variable} --data-file=secrets/${variable}`),
      `gcloud run services replace ${file} --region REGION`,
      `gcloud run services add-iam-policy-binding ${name} --region REGION --member allUsers --role roles/run.invoker`,
    ];
  },
};
