import { distance } from "fastest-levenshtein";
import { reasonOf } from "../base/errors.js";
import { headerNames } from "../base/headers.js";
import { isJsonObject } from "../base/json.js";
import { timestamp } from "../platform/clock.js";
import type { DeliveryInput } from "../platform/deliver.js";
import type { DevEvent, SendRequest } from "../platform/inspector/backend.js";
import { RequestProblem } from "../platform/inspector/request-problem.js";
import { deliveryOf, parseRecording } from "../testing/replay.js";
import type { DeliveryContent } from "./content.js";
import type { DevProject } from "./options.js";
import { withMembersSet } from "./set-members.js";

type Secrets = Readonly<Record<string, string>>;

/** The names that are nearest to a given one, at most five of them, the nearest first. */
function nearestNames(name: string, names: readonly string[]): string {
  const sorted = [...new Set(names)].sort((a, b) => distance(name, a) - distance(name, b));
  return `${sorted.slice(0, 5).join(", ")}${sorted.length > 5 ? ", …" : ""}`;
}

/**
 * The event of the project in this version, or in the highest that it declares. An adapter that declares none takes every event.
 * @throws {RequestProblem} 404 if there is none.
 */
export function requestedEvent(
  { kind, events }: DevProject,
  { event, version }: Pick<SendRequest, "event" | "version">,
): DevEvent {
  // The catch-all of such an adapter gets raw events of every type.
  if (kind === "adapter" && events.length === 0) {
    return { name: event, version: version ?? "v1", confidence: "none", sample: {} };
  }
  const versions = events.filter(({ name }) => name === event);
  if (versions.length === 0) {
    const names = events.map(({ name }) => name);
    const hint =
      names.length === 0 ? "the manifest declares no event" : `the manifest declares ${nearestNames(event, names)}`;
    throw new RequestProblem(404, `The project handles no event "${event}"`, hint);
  }
  const byNumber = [...versions].sort((a, b) => a.version.localeCompare(b.version, "en", { numeric: true }));
  const found = version === undefined ? byNumber.at(-1) : versions.find((each) => each.version === version);
  if (found === undefined) {
    const declared = byNumber.map((each) => each.version).join(", ");
    throw new RequestProblem(
      404,
      `The project does not handle ${event} in the version "${version}"`,
      `the manifest declares ${declared}`,
    );
  }
  return found;
}

/** All attempts of one webhook have the same time. */
function ownTime({ kind }: DevProject, now: number): object {
  return kind === "receiver" ? { received_at: timestamp(now) } : {};
}

function requestedSecrets({ secrets, keptSecrets }: SendRequest, stored: Secrets): Secrets {
  if (secrets === undefined && keptSecrets === undefined) return stored;
  const kept = Object.entries(stored).filter(([name]) => keptSecrets?.includes(name));
  return { ...Object.fromEntries(kept), ...secrets };
}

/**
 * What to deliver for a request.
 * @throws {RequestProblem} 404 for an event that the project does not handle, 422 for a value that fits nowhere, and a flaw for an adapter.
 */
export function requestedContent(
  project: DevProject,
  request: SendRequest,
  stored: Secrets,
  now: number,
): DeliveryContent {
  if (project.kind === "adapter" && request.flaw !== undefined) {
    const message = "An adapter claims its events: nothing is signed for it that could be wrong";
    throw new RequestProblem(422, message, "inject a fault into the local Kiket instead");
  }
  const event = requestedEvent(project, request);
  const { sample, schema } = event;
  const base = request.payload ?? { ...sample, ...ownTime(project, now) };
  const payload = withMembersSet(base, request.set ?? {}, { sample, ...(schema === undefined ? {} : { schema }) });
  return {
    event: event.name,
    version: event.version,
    payload,
    auth: request.hmac === true || project.kind === "receiver" ? "hmac" : "token",
    scopes: request.scopes ?? project.scopes,
    ...(request.flaw === undefined ? {} : { flaw: request.flaw }),
    secrets: requestedSecrets(request, stored),
  };
}

/** The same delivery as before, with secrets over those that it had. */
export function repeatedContent(content: DeliveryContent, secrets: Secrets = {}): DeliveryContent {
  return { ...content, secrets: { ...content.secrets, ...secrets } };
}

/**
 * What to deliver for the parsed file of a recording.
 * @throws {RequestProblem} 422 for anything else.
 */
export function recordedContent({ kind, scopes }: DevProject, recording: unknown, secrets: Secrets): DeliveryContent {
  const read = readRecorded(recording);
  const { payload, secrets: own = {}, event, version = "v1", ...rest } = deliveryOf(read, secrets);
  const { headers, scopes: recordedScopes, orgId, projId } = rest;
  const isSigned =
    kind === "receiver" || (read.body.authentication === undefined && headerNames.signature in read.headers);
  // A body that has no token is sent as it is.
  const whole = isJsonObject(read.body.secrets) ? { ...read.body, secrets: own } : read.body;
  return {
    event,
    version,
    payload: { ...payload },
    auth: isSigned ? "hmac" : "token",
    scopes: recordedScopes ?? scopes,
    secrets: own,
    ...(isSigned ? { body: whole } : {}),
    ...(headers === undefined ? {} : { headers }),
    ...(orgId === undefined || orgId === null ? {} : { orgId }),
    ...(projId === undefined || projId === null ? {} : { projId }),
  };
}

function readRecorded(recording: unknown): ReturnType<typeof parseRecording> {
  try {
    return parseRecording(JSON.stringify(recording) ?? "", "the recording");
  } catch (error) {
    throw new RequestProblem(422, reasonOf(error));
  }
}

/** What a project adds to each of its deliveries. */
export function placeOf({ kind, path }: DevProject, { body }: DeliveryContent, id: string): Partial<DeliveryInput> {
  if (kind !== "receiver") return {};
  // The id of a webhook is that of the delivery, by which a receiver knows one that it has seen.
  const webhook = body !== undefined && "id" in body ? { body: { ...body, id } } : {};
  return { family: "webhook", ...(path === undefined ? {} : { path }), ...webhook };
}
