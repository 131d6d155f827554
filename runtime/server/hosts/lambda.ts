import { ConfigError } from "../../base/errors.js";
import { reply } from "../../receive/replies.js";
import type { Extension } from "../extension.js";

/** An HTTP request as AWS Lambda gets it from a function URL or an HTTP API, in payload format 2.0: the members that are read. */
export interface LambdaRequest {
  readonly rawPath: string;
  readonly rawQueryString: string;
  /** With commas between several values of a name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly requestContext: { readonly domainName: string; readonly http: { readonly method: string } };
  readonly body?: string | undefined;
  readonly isBase64Encoded: boolean;
}

/** The answer in payload format 2.0. */
export interface LambdaAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** The function that Lambda calls. */
export type LambdaHandler = (request: LambdaRequest) => Promise<LambdaAnswer>;

function requestOf({
  rawPath,
  rawQueryString,
  headers,
  requestContext,
  body,
  isBase64Encoded,
}: LambdaRequest): Request {
  const { domainName, http } = requestContext;
  const url = new URL(`https://${domainName}`);
  // Not a part of the text before: the path may have a question mark, which the gateway has decoded.
  url.pathname = rawPath;
  url.search = rawQueryString;
  const given = Object.entries(headers).filter((header): header is [string, string] => header[1] !== undefined);
  const hasBody = body !== undefined && http.method !== "GET" && http.method !== "HEAD";
  return new Request(url, {
    method: http.method,
    headers: given,
    body: hasBody ? Buffer.from(body, isBase64Encoded ? "base64" : "utf8") : null,
  });
}

/** The request; undefined if no `Request` can be like it: a header has characters beyond Latin-1, or the method is TRACE. */
function readableRequest(request: LambdaRequest): Request | undefined {
  try {
    return requestOf(request);
  } catch {
    return undefined;
  }
}

/**
 * An extension as the handler of a function of AWS Lambda with a function URL, or behind an HTTP API. Telemetry is sent before the answer,
 * since Lambda stops the process after it. The promise rejects with a `ConfigError` if the event is not an HTTP request in payload format
 * 2.0, such as one of a REST API or of a queue.
 */
export function toLambdaHandler(extension: Pick<Extension, "fetch">): LambdaHandler {
  return async (request) => {
    if (request?.requestContext?.http === undefined) {
      throw new ConfigError(
        "This event of Lambda is not an HTTP request in payload format 2.0: call the function by its function URL, or by an HTTP API, not a REST API.",
      );
    }
    const readable = readableRequest(request);
    // Anybody may send it, and must not make the function fail.
    if (readable === undefined) {
      const { status: statusCode, headers, body } = reply(400, { error: "Malformed request" });
      return { statusCode, headers, body, isBase64Encoded: false };
    }
    const tasks: Promise<unknown>[] = [];
    const response = await extension.fetch(readable, {
      waitUntil: (task: Promise<unknown>) => void tasks.push(task),
    });
    const body = Buffer.from(await response.arrayBuffer());
    await Promise.allSettled(tasks);
    const headers = Object.fromEntries(response.headers);
    // A handler may answer bytes, with raw().
    return { statusCode: response.status, headers, body: body.toString("base64"), isBase64Encoded: true };
  };
}
