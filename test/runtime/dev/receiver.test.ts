import { expect, it } from "vitest";
import type { DevProject } from "../../../runtime/dev.js";
import { allow } from "../../../runtime/index.js";
import { openKiketOf, startProgram } from "./project.js";

const receiver: DevProject = {
  kind: "receiver",
  name: "harbour-webhooks",
  path: "/hooks/kiket",
  events: [
    { name: "issue.created", version: "v1", confidence: "fixture", sample: { issue: { id: 7, title: "Stern light" } } },
  ],
  scopes: [],
  secrets: [],
  seed: {},
};

it("a receiver gets webhooks at its path, signed with the local secret; a replay has an id of its own", async () => {
  const kiket = await openKiketOf({ project: receiver });
  const titles: string[] = [];
  const program = await startProgram(
    kiket,
    ({ issue }) => {
      titles.push(issue.title);
      return allow();
    },
    { event: "issue.created", auth: "hmac", webhookPath: "/hooks/kiket" },
  );
  kiket.serveAt({ url: program.url, build: 1 });
  const record = await kiket.send({ event: "issue.created", set: { "issue.title": "Bow light" } });
  expect(record.state).toBe("delivered");
  expect(record.id).toMatch(/^evt_/);
  const [attempt] = record.attempts;
  expect(attempt?.request.url).toBe(`${program.url}/hooks/kiket`);
  const body = JSON.parse(attempt?.request.body ?? "");
  expect(body).toMatchObject({ id: record.id, type: "issue.created", data: { issue: { title: "Bow light" } } });
  expect(attempt?.logs.map(({ message }) => message)).toEqual(["A delivery was handled"]);
  expect(attempt?.stages?.map(({ name }) => name)).toContain("verify");

  const again = await kiket.replay({ id: record.id });
  expect([again.state, again.replayOf]).toEqual(["delivered", record.id]);
  expect(JSON.parse(again.attempts[0]?.request.body ?? "")).toEqual({ ...body, id: again.id });

  const recording = { event: "issue.created", version: "v1", headers: {}, body };
  const recorded = await kiket.replay({ recording });
  expect([recorded.state, recorded.payload.issue]).toEqual(["delivered", { id: 7, title: "Bow light" }]);
  expect(JSON.parse(recorded.attempts[0]?.request.body ?? "")).toEqual({ ...body, id: recorded.id });
  expect(titles).toEqual(["Bow light", "Bow light", "Bow light"]);
});
