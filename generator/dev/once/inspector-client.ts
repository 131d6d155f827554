import type { DeliveryRecord, ReplayRequest, SendRequest } from "kiket-gen/dev";
import { type Launch, tokenHeader } from "../launch.js";
import type { LoopbackFetch } from "../loopback-fetch.js";

/** What delivers: the local Kiket of a running `dev`, or one in this process. Its functions reject with a problem as `problemIn` reads it. */
export interface Deliverer {
  /** Resolves when the first attempt has ended. */
  send(request: SendRequest): Promise<DeliveryRecord>;
  /** Resolves when the first attempt has ended. */
  replay(request: ReplayRequest): Promise<DeliveryRecord>;
}

/** Why a delivery was not made, and the way out. */
export interface DeliveryProblem {
  readonly message: string;
  readonly hint?: string;
  /** As in HTTP: 4xx is a mistake in what was asked for. */
  readonly status: number;
}

/** A problem in what a `Deliverer` has thrown; undefined for any other error. The class of the error is that of another bundle. */
export function problemIn(error: unknown): DeliveryProblem | undefined {
  if (!(error instanceof Error) || error.name !== "RequestProblem") return undefined;
  const { message, hint, status } = error as Error & { readonly hint?: unknown; readonly status?: unknown };
  if (typeof status !== "number") return undefined;
  return { message, status, ...(typeof hint === "string" ? { hint } : {}) };
}

function problem(status: number, message: string, hint?: unknown): Error {
  return Object.assign(new Error(message), { name: "RequestProblem", status, hint });
}

async function answerOf(response: Response): Promise<Readonly<Record<string, unknown>>> {
  const answer: unknown = await response.json().catch(() => undefined);
  return typeof answer === "object" && answer !== null ? (answer as Readonly<Record<string, unknown>>) : {};
}

/** The local Kiket of a running `dev`, by the routes of its inspector. Redirects are not followed. */
export function inspectorClient({ inspector, token }: Launch, fetch: LoopbackFetch): Deliverer {
  const post = async (path: string, body: SendRequest | ReplayRequest): Promise<DeliveryRecord> => {
    let response: Response;
    try {
      response = await fetch(inspector + path, {
        method: "POST",
        headers: { "content-type": "application/json", [tokenHeader]: token },
        body: JSON.stringify(body),
        redirect: "error",
      });
    } catch {
      const hint = "look into its terminal; if it has ended, start it again";
      throw problem(503, "kiket-gen dev closed the connection before the delivery was answered", hint);
    }
    const answer = await answerOf(response);
    if (response.status === 201) return answer as unknown as DeliveryRecord;
    const { error, hint } = answer;
    throw problem(
      response.status,
      typeof error === "string" ? error : `kiket-gen dev answered ${response.status}`,
      hint,
    );
  };
  return {
    send: (request) => post("/api/deliveries", request),
    replay: (request) => post("/api/replays", request),
  };
}
