import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { ConfigError, defineHandler } from "../../../runtime/index.js";
import { serve } from "../../../runtime/node.js";
import { openListener } from "../../../runtime/server/listener.js";
import { closeAfterwards, openKiket } from "../../support/open-kiket.js";

const kiket = await openKiket();

interface Told {
  readonly status: number | undefined;
  readonly body: string;
  readonly connection: string | undefined;
  readonly isReused: boolean;
}

function ask(url: string, agent: Agent, method = "GET"): Promise<Told> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { agent, method }, (response: IncomingMessage) => {
      const { statusCode: status, headers } = response;
      const { reusedSocket: isReused } = request;
      text(response).then((body) => resolve({ status, body, connection: headers.connection, isReused }), reject);
    });
    request.on("error", reject).end();
  });
}

function keptAlive(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  closeAfterwards(async () => agent.destroy());
  return agent;
}

const handlers = [defineHandler({ event: "issue.created", version: "v1" }, () => "done")];
const stopping = '{"status":"stopping"}';

test("with drainTime the server goes on after it was told to close: /ready is 503, and each response closes its connection", async () => {
  const server = await serve(kiket.extension({ handlers }), { port: 0, env: {}, drainTime: 1_500 });
  const agent = keptAlive();
  expect(await ask(`${server.url}/ready`, agent)).toMatchObject({ status: 200, body: '{"status":"ready"}' });
  const closed = server.close();
  expect(await ask(`${server.url}/ready?x=1`, agent)).toEqual({
    status: 503,
    body: stopping,
    connection: "close",
    isReused: true,
  });
  const signed = await kiket.request();
  const answer = await fetch(`${server.url}/v/v1/webhooks/issue.created`, {
    method: "POST",
    headers: signed.headers,
    body: await signed.text(),
  });
  expect([answer.status, await answer.json()]).toEqual([200, "done"]);
  expect(answer.headers.get("connection")).toBe("close");
  expect(await ask(`${server.url}/ready`, keptAlive(), "HEAD")).toMatchObject({ status: 503, body: "" });
  expect(await ask(`${server.url}/ready`, keptAlive(), "POST")).toMatchObject({ status: 405 });
  await closed;
  await expect(ask(`${server.url}/health`, keptAlive())).rejects.toThrow();
});

test("a server that hands over accepts no connection, answers on those that are open, and closes when none is left", async () => {
  const extension = kiket.extension({ handlers });
  const listener = await openListener(extension, { port: 0, env: {}, drainTime: 60_000 }, () => undefined);
  const [agent, other] = [keptAlive(), keptAlive()];
  for (const each of [agent, other]) expect(await ask(`${listener.url}/health`, each)).toMatchObject({ status: 200 });
  const isWhole = listener.handOver();
  await expect(ask(`${listener.url}/health`, keptAlive())).rejects.toThrow("ECONNREFUSED");
  for (const each of [agent, other]) {
    const told = await ask(`${listener.url}/ready`, each);
    expect(told).toEqual({ status: 200, body: '{"status":"ready"}', connection: "close", isReused: true });
  }
  expect(await isWhole).toBe(true);
});

test("a server that hands over does not wait longer than drainTime for idle connections", async () => {
  const listener = await openListener(kiket.extension({ handlers }), { port: 0, env: {}, drainTime: 50 });
  expect(await ask(`${listener.url}/health`, keptAlive())).toMatchObject({ status: 200 });
  expect(await listener.handOver()).toBe(true);
});

test.each([-1, 0.5, Number.NaN, 2 ** 31])("drainTime %d is an error", async (drainTime) => {
  const extension = kiket.extension({ handlers: [] });
  await expect(serve(extension, { port: 0, env: {}, drainTime })).rejects.toThrow(
    new ConfigError("drainTime must be a whole number from 0 to 2147483647."),
  );
});
