import type { DevProject } from "kiket-gen/dev";
import { type Refusal, refuse } from "../../base/refusal.js";
import type { ProbeSubject } from "./probe.js";

export interface SubjectWishes {
  readonly event: string | undefined;
  readonly version: string | undefined;
  /** The path of webhooks, if the receiver takes those. */
  readonly path: string | undefined;
}

/** The event of most receivers. */
const usualEvent = { runtime: "issue.created", webhook: "case.created" } as const;

/** What to deliver: an event of the project if there is one, else a usual one. */
export function subjectOf(
  project: DevProject | undefined,
  wishes: SubjectWishes,
  payloadOf: (event: string) => object,
): ProbeSubject | Refusal {
  if (project?.kind === "adapter") {
    return refuse(
      "an evidence adapter takes no deliveries: it claims raw events from Kiket",
      "grade an extension or a receiver of webhooks, or start kiket-gen dev for the adapter",
    );
  }
  const path = wishes.path ?? project?.path;
  const family = path !== undefined || project?.kind === "receiver" ? "webhook" : "runtime";
  const declared = project?.events ?? [];
  const wished = declared.filter(
    ({ name, version }) =>
      (wishes.event === undefined || name === wishes.event) &&
      (wishes.version === undefined || version === wishes.version),
  );
  const known = wished.findLast(({ name }) => name === wished[0]?.name);
  const event = wishes.event ?? known?.name ?? usualEvent[family];
  const payload = known?.sample ?? payloadOf(event);
  return {
    ...{ event, version: wishes.version ?? known?.version ?? "v1", family, path },
    payload: payload as ProbeSubject["payload"],
    scopes: project === undefined || project.scopes.length === 0 ? ["*"] : project.scopes,
  };
}
