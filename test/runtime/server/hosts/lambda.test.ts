import { expect, it } from "vitest";
import { type LambdaRequest, toLambdaHandler } from "../../../../runtime/lambda.js";
import { openKiket } from "../../../support/open-kiket.js";

const kiket = await openKiket();

function eventOf(method: string, path: string, more: Partial<LambdaRequest> = {}): LambdaRequest {
  return {
    rawPath: path,
    rawQueryString: "",
    headers: { "content-type": "application/json" },
    requestContext: { domainName: "id.lambda-url.us-east-1.on.aws", http: { method } },
    isBase64Encoded: false,
    ...more,
  };
}

/** Answers what it was asked. */
const asking = toLambdaHandler({
  fetch: async (request) =>
    Response.json({ url: request.url, method: request.method, of: [...request.headers], body: await request.text() }),
});

async function asked(request: LambdaRequest): Promise<unknown> {
  return JSON.parse(Buffer.from((await asking(request)).body, "base64").toString());
}

it("passes method, address, headers and body on", async () => {
  const body = Buffer.from('{"a":"é"}').toString("base64");
  const more = { rawQueryString: "version=v1&a=%26", headers: { "x-kiket-signature": "s", gone: undefined } };
  expect(await asked(eventOf("POST", "/webhooks/issue.created", { ...more, body, isBase64Encoded: true }))).toEqual({
    url: "https://id.lambda-url.us-east-1.on.aws/webhooks/issue.created?version=v1&a=%26",
    method: "POST",
    of: [["x-kiket-signature", "s"]],
    body: '{"a":"é"}',
  });
});

it("keeps a path a path, whatever characters the gateway has decoded in it", async () => {
  expect(await asked(eventOf("GET", "/a?b#c%2Fd"))).toMatchObject({
    url: "https://id.lambda-url.us-east-1.on.aws/a%3Fb%23c%2Fd",
  });
  expect(await asked(eventOf("GET", "//other.example/a"))).toMatchObject({
    url: "https://id.lambda-url.us-east-1.on.aws//other.example/a",
  });
});

it("ignores the body of a GET and a HEAD, which no Request may have", async () => {
  for (const method of ["GET", "HEAD"])
    expect(await asked(eventOf(method, "/", { body: "text" }))).toMatchObject({ method, body: "" });
});

it("answers as the extension does", async () => {
  const extension = kiket.extension({ handlers: [] });
  const answer = await toLambdaHandler(extension)(eventOf("GET", "/ready"));
  expect(answer).toMatchObject({ statusCode: 200, headers: { "content-type": "application/json" } });
  expect(Buffer.from(answer.body, "base64").toString()).toBe('{"status":"ready"}');
});

it("sends telemetry before the answer, and answers although that fails", async () => {
  const order: string[] = [];
  const late = new Promise<void>((_resolve, reject) =>
    setImmediate(() => {
      order.push("telemetry");
      reject(new Error("no collector"));
    }),
  );
  const handler = toLambdaHandler({
    async fetch(_request, platform) {
      (platform as { waitUntil(task: Promise<unknown>): void }).waitUntil(late);
      return new Response("done", { status: 202 });
    },
  });
  expect((await handler(eventOf("POST", "/", { body: "{}" }))).statusCode).toBe(202);
  expect(order).toEqual(["telemetry"]);
});

it.each([
  ["a header beyond Latin-1", eventOf("POST", "/", { headers: { "x-name": "Łódź" } })],
  ["a header with a line break", eventOf("POST", "/", { headers: { "x-name": "a\r\nb: c" } })],
  ["the method TRACE", eventOf("TRACE", "/")],
])("answers 400 to %s, which anybody may send, and does not fail", async (_what, event) => {
  expect(await asking(event)).toEqual({
    statusCode: 400,
    headers: { "content-type": "application/json" },
    body: '{"error":"Malformed request"}',
    isBase64Encoded: false,
  });
});

it.each([
  ["an event of the console", { key1: "value1" }],
  ["an event of a REST API", { httpMethod: "GET", path: "/", requestContext: { stage: "prod" } }],
  ["nothing", undefined],
])("refuses %s, and says what to use", async (_what, event) => {
  await expect(asking(event as unknown as LambdaRequest)).rejects.toMatchObject({
    name: "ConfigError",
    message: expect.stringContaining("function URL"),
  });
});
