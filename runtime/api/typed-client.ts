import createClient, { type Client, type Middleware } from "openapi-fetch";
import { KiketError } from "../base/errors.js";
import { parseAnswer } from "./error-response.js";
import { fillPath } from "./path.js";
import { type CallBounds, type Sender, send } from "./send.js";

/** What a client adds to a call. */
interface PreparedCall extends CallBounds {
  /** All headers. */
  readonly headers: Headers;
  /** Called at the end of the call. */
  readonly release?: () => void;
}

/** How a client sends its calls. */
interface TypedClientOptions {
  /** Calls can be sent to its origin only. */
  readonly baseUrl: string;
  readonly sender: Sender;
  readonly prepare: (request: Request, body: ArrayBuffer | undefined) => Promise<PreparedCall>;
}

/** A `Response` with one of these cannot have a body. */
const withoutBody: ReadonlySet<number> = new Set([204, 205]);

/** Sends the request with credentials, to the client's origin only. */
async function dispatch(request: Request, { baseUrl, sender, prepare }: TypedClientOptions): Promise<Response> {
  const { method, url } = request;
  if (new URL(url).origin !== new URL(baseUrl).origin) {
    throw new KiketError("Calls can be sent only to the origin of the configured baseUrl.");
  }
  const body = request.body === null ? undefined : await request.arrayBuffer();
  const { headers, release, ...bounds } = await prepare(request, body);
  const response = await send({ method, url, headers, body }, sender, bounds).finally(release);
  const { status, bytes } = response;
  const answered = new Headers(response.headers);
  // It counts bytes before decoding. A client that believes it would try to parse an empty body.
  answered.delete("content-length");
  return new Response(bytes.length === 0 || withoutBody.has(status) ? null : bytes, { status, headers: answered });
}

/**
 * Throws an `ApiError` if a response is not JSON, unless the call asked for something else. The error of openapi-fetch would
 * contain neither the call nor the status.
 */
function requireJson(secrets: Sender["secrets"]): Middleware {
  return {
    async onResponse({ request, response, options }) {
      if (options.parseAs !== "json" || response.body === null) return undefined;
      const text = await response.text();
      parseAnswer(text, request, response, secrets);
      return new Response(text, response);
    },
  };
}

/** A client for the operations of an OpenAPI document. Its calls throw what `send` throws. */
export function createTypedClient<Paths extends object>(options: TypedClientOptions): Client<Paths> {
  const client = createClient<Paths>({
    baseUrl: options.baseUrl,
    headers: { Accept: "application/json" },
    pathSerializer: fillPath,
    fetch: (request) => dispatch(request, options),
  });
  client.use(requireJson(options.sender.secrets));
  return client;
}
