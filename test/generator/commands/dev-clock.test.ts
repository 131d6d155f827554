import { readFile, writeFile } from "node:fs/promises";
import { afterEach, expect, it } from "vitest";
import { createTemplateProject, type DevSession, handlerIn, startDev } from "../../support/dev-session.js";
import { removeProject } from "../../support/project.js";

const hour = 3_600_000;
let folder = "";
let session: DevSession | undefined;
afterEach(async () => {
  await session?.end();
  if (folder !== "") await removeProject(folder);
});

it("moves the clock of the whole program by the inspector, and back to now", async () => {
  folder = await createTemplateProject("extension");
  const handler = await handlerIn(folder);
  const text = await readFile(handler, "utf8");
  // Each way to ask for the time.
  const times = "JSON.stringify([Date.now(), new Date().getTime(), Date.parse(Date())])";
  await writeFile(handler, text.replace(/=> \{/, `=> {\n  console.log("times " + ${times});`));
  session = startDev(folder);
  const { inspector, token } = await session.next("ready");
  const event = /(\w+\.\w+)\.v\d+\.ts$/.exec(handler)?.[1] ?? "";
  const post = async (body: object) => {
    const headers = { "content-type": "application/json", "x-kiket-gen-token": token };
    const response = await fetch(`${inspector}/api/clock`, { method: "POST", headers, body: JSON.stringify(body) });
    return [response.status, await response.json()];
  };
  /** How many hours the handler's clock is ahead, for each way. */
  const aheadIn = async () => {
    const now = Date.now();
    const record = await session?.send({ event });
    // What the page shows is in real time.
    const shown = [record?.createdAt, ...(record?.attempts[0]?.logs.map(({ at }) => at) ?? [])];
    expect([record?.state, shown.every((at) => Math.abs(Number(at) - now) < hour)]).toEqual(["delivered", true]);
    const { message } = (await session?.next("log", ({ message }) => message.startsWith("times "))) ?? { message: "" };
    return (JSON.parse(message.slice("times ".length)) as number[]).map((time) => Math.round((time - now) / hour) + 0);
  };
  expect(await aheadIn()).toEqual([0, 0, 0]);
  expect(await post({ advance: 2 * hour })).toEqual([200, { faults: [], clockAhead: 2 * hour }]);
  await session.next("restarted", ({ reason }) => reason === "the clock was moved");
  expect(await aheadIn()).toEqual([2, 2, 2]);
  expect(await post({ reset: true })).toEqual([200, { faults: [], clockAhead: 0 }]);
  await session.next("restarted", ({ reason }) => reason === "the clock was moved");
  expect(await aheadIn()).toEqual([0, 0, 0]);
});
