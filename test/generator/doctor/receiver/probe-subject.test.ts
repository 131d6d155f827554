import type { DevProject } from "kiket-gen/dev";
import { describe, expect, it } from "vitest";
import { subjectOf } from "../../../../generator/doctor/receiver/probe-subject.js";

const nothing = { event: undefined, version: undefined, path: undefined };
const payloadOf = (event: string) => ({ usual: event });

function projectOf(kind: DevProject["kind"], more: Partial<DevProject> = {}): DevProject {
  const event = (name: string, version: string) =>
    ({ name, version, sample: { own: `${name} ${version}` }, confidence: "none" }) as DevProject["events"][number];
  const events = [event("sla.breach", "v1"), event("sla.breach", "v2"), event("issue.closed", "v1")];
  return { kind, name: "x", events, scopes: ["sla:read"], secrets: [], seed: {}, ...more };
}

describe("what is delivered to a receiver", () => {
  it("is the first event of the project, in its highest version, with its scopes", () => {
    expect(subjectOf(projectOf("extension"), nothing, payloadOf)).toEqual({
      ...{ event: "sla.breach", version: "v2", payload: { own: "sla.breach v2" }, scopes: ["sla:read"] },
      ...{ family: "runtime", path: undefined },
    });
  });

  it("is what the user asks for", () => {
    const wishes = { event: "issue.closed", version: undefined, path: undefined };
    expect(subjectOf(projectOf("extension"), wishes, payloadOf)).toMatchObject({ payload: { own: "issue.closed v1" } });
    const other = { event: "issue.moved", version: "v3", path: undefined };
    expect(subjectOf(projectOf("extension"), other, payloadOf)).toMatchObject({
      ...{ event: "issue.moved", version: "v3", payload: { usual: "issue.moved" } },
    });
  });

  it("is a webhook at the path of a receiver, or at the one that is given", () => {
    expect(subjectOf(projectOf("receiver", { path: "/tide" }), nothing, payloadOf)).toMatchObject({
      ...{ family: "webhook", path: "/tide", event: "sla.breach" },
    });
    expect(subjectOf(undefined, { ...nothing, path: "/kiket" }, payloadOf)).toEqual({
      ...{ event: "case.created", version: "v1", payload: { usual: "case.created" }, scopes: ["*"] },
      ...{ family: "webhook", path: "/kiket" },
    });
  });

  it("is a usual event where there is no project, and nothing for an adapter", () => {
    expect(subjectOf(undefined, nothing, payloadOf)).toMatchObject({ event: "issue.created", family: "runtime" });
    expect(subjectOf(projectOf("adapter"), nothing, payloadOf)).toEqual({
      refusal: "an evidence adapter takes no deliveries: it claims raw events from Kiket",
      hint: "grade an extension or a receiver of webhooks, or start kiket-gen dev for the adapter",
    });
  });
});
