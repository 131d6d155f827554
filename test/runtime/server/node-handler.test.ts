import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { FastResponse } from "srvx";
import { expect, onTestFinished, test } from "vitest";
import { nodeHandlerOf } from "../../../runtime/server/node-handler.js";

const json = { "content-type": "application/json" };

/** What a client gets of a response, and how often it was written to before its end. */
async function sent(make: () => Response, method = "POST") {
  let writes = 0;
  const handle = nodeHandlerOf({ fetch: async () => make() });
  const server = createServer((request, response) => {
    const { write } = response;
    response.write = (...given: unknown[]): boolean => {
      writes += 1;
      return Reflect.apply(write, response, given);
    };
    handle(request, response);
  });
  onTestFinished(() => void server.close());
  await once(server.listen(0, "127.0.0.1"), "listening");
  const got = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { method });
  const { status, statusText, headers } = got;
  const text = await got.text();
  return { status, statusText, type: headers.get("content-type"), length: headers.get("content-length"), text, writes };
}

const created = { status: 201, statusText: "", type: "application/json", text: '{"ok":true}', length: "11", writes: 0 };

test.each([
  ["text", '{"ok":true}'],
  ["bytes", new TextEncoder().encode('{"ok":true}')],
])("a body of %s is sent with the end of the response", async (_kind, body) => {
  expect(await sent(() => new FastResponse(body, { status: 201, headers: json }))).toEqual(created);
});

test("a header that a program adds to a response is sent", async () => {
  const make = () => {
    const response = new FastResponse('{"ok":true}', { status: 201, headers: json });
    response.headers.set("content-type", "text/plain");
    return response;
  };
  expect(await sent(make)).toEqual({ ...created, type: "text/plain" });
});

test("a response of which the body was already taken as a stream is sent", async () => {
  const make = () => {
    const response = new FastResponse('{"ok":true}', { status: 201, headers: json });
    expect(response.body).toBeInstanceOf(ReadableStream);
    return response;
  };
  expect(await sent(make)).toMatchObject({ status: 201, text: '{"ok":true}' });
});

test("a stream and a response of another kind are sent", async () => {
  const stream = () => new Blob(['{"ok":true}']).stream();
  expect(await sent(() => new FastResponse(stream(), { status: 201, headers: json }))).toMatchObject({
    status: 201,
    text: '{"ok":true}',
  });
  expect(await sent(() => new Response('{"ok":true}', { status: 201, headers: json }))).toMatchObject({
    status: 201,
    text: '{"ok":true}',
  });
});

test("HEAD gets the length of the body without the body", async () => {
  const make = () => new FastResponse('{"ok":true}', { status: 201, headers: json });
  expect(await sent(make, "HEAD")).toEqual({ ...created, text: "" });
});
