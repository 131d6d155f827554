import { newDeliveryId } from "../platform/deliver.js";
import type { BuildRecord, DevChange, DevState, InspectorBackend } from "../platform/inspector/backend.js";
import type { DeliveryOrigin, DeliveryRecord } from "../platform/inspector/delivery-record.js";
import { RequestProblem } from "../platform/inspector/request-problem.js";
import { openInspector } from "../platform/inspector/server.js";
import type { DeliveryContent } from "./content.js";
import { createCourier } from "./courier.js";
import { isFinished, summaryOf } from "./delivery-book.js";
import { programEnvironment } from "./environment.js";
import { createGate } from "./gate.js";
import { openDeliveryBook } from "./kept/delivery-file.js";
import { openLocalPlatform, storedSecrets } from "./local-platform.js";
import { openOnFreePort } from "./open-port.js";
import type { DevKiket, DevKiketOptions } from "./options.js";
import { createRawEventDesk } from "./raw-event-desk.js";
import { placeOf, recordedContent, repeatedContent, requestedContent } from "./requested-content.js";
import { createWitness } from "./witness.js";

/** Deliveries that wait at most. */
const mostWaiting = 1000;
/** Builds that are remembered. */
const mostBuilds = 50;

/**
 * Opens the local Kiket of one project, and its inspector.
 * @throws the system's error if no port is free.
 */
export async function openDevKiket(options: DevKiketOptions): Promise<DevKiket> {
  const { launchId, compression = 60, warn = () => undefined } = options;
  let { project } = options;
  let builds: readonly BuildRecord[] = [];
  let isClosed = false;
  const now = Date.now;
  const listeners = new Set<(change: DevChange) => void>(options.onChange === undefined ? [] : [options.onChange]);

  function tell(change: DevChange): void {
    for (const listener of listeners) {
      try {
        listener(change);
      } catch (error) {
        warn(`A change could not be told: ${String(error)}`);
      }
    }
  }

  const gate = createGate();
  const { book, saver } = await openDeliveryBook(options, tell, now);
  const witness = createWitness(book, now);
  /** Who waits for the end of a first attempt, by delivery. */
  const firstAttempts = new Map<string, { resolve(record: DeliveryRecord): void; reject(error: unknown): void }>();

  async function ended(record: DeliveryRecord): Promise<void> {
    const status = record.attempts.at(-1)?.reply?.status ?? 0;
    await witness.finished(record.id, status < 200 || status > 299);
    const delivery = book.find(record.id)?.record ?? record;
    tell({ kind: "attempt", delivery });
    firstAttempts.get(record.id)?.resolve(delivery);
  }

  const desk = createRawEventDesk({
    book,
    platform: () => local.platform,
    build: () => gate.target()?.build,
    compression,
    now,
    ended: (record) => void ended(record),
  });
  const isAdapter = (): boolean => project.kind === "adapter";
  /** The secrets of the local store, until an extension writes into it. */
  let secrets: Readonly<Record<string, string>> | undefined;
  const local = await openLocalPlatform({
    project,
    storage: options.storage,
    port: options.ports.kiket,
    onCall(call) {
      if (call.method !== "GET" && call.operationId?.endsWith("Secret") === true) secrets = undefined;
      if (isAdapter()) desk.called(call);
      else witness.called(call);
    },
    warn,
  });
  const { platform, credentials } = local;
  const courier = createCourier({
    book,
    gate,
    platform,
    place: (content, id) => placeOf(project, content, id),
    compression,
    now,
    began: witness.began,
    ended: (record) => void ended(record),
  });

  function stored(): Readonly<Record<string, string>> {
    secrets ??= storedSecrets(project, platform.snapshot());
    return secrets;
  }

  const waitingCount = (): number =>
    isAdapter() ? book.all().filter(({ record }) => record.state === "waiting").length : gate.waiting();

  /** Delivers what the book has. */
  async function carry(id: string, content: DeliveryContent): Promise<void> {
    // The platform learns the issue of a delivery, and keeps raw events.
    local.saver.mark();
    if (isAdapter()) desk.carry(id, content);
    else await courier.carry(id, content);
    local.saver.mark();
  }

  /** Adds a delivery, and resolves after its first attempt. */
  async function deliver(content: DeliveryContent, origin: DeliveryOrigin, replayOf?: string): Promise<DeliveryRecord> {
    if (isClosed) throw new RequestProblem(503, "The local Kiket is closed");
    if (waitingCount() >= mostWaiting) {
      throw new RequestProblem(
        503,
        `${mostWaiting} deliveries wait for the extension already`,
        "mend the extension so that it starts, and send this one again",
      );
    }
    const id = isAdapter() ? crypto.randomUUID() : newDeliveryId({ ...content, ...placeOf(project, content, "") });
    const record: DeliveryRecord = {
      id,
      event: content.event,
      version: content.version,
      origin,
      ...(replayOf === undefined ? {} : { replayOf }),
      state: gate.isOpen() && !isAdapter() ? "running" : "waiting",
      createdAt: now(),
      payload: content.payload,
      attempts: [],
    };
    book.add({ record, content });
    try {
      return await new Promise<DeliveryRecord>((resolve, reject) => {
        firstAttempts.set(id, { resolve, reject });
        carry(id, content).catch(reject);
      });
    } catch (error) {
      if (error instanceof RequestProblem) throw error;
      book.remove(id);
      throw new RequestProblem(422, `The delivery cannot be made: ${error instanceof Error ? error.message : error}`);
    } finally {
      firstAttempts.delete(id);
    }
  }

  function state(): DevState {
    const target = gate.target();
    return {
      kind: project.kind,
      name: project.name,
      inspector: inspector?.url ?? "",
      kiket: platform.baseUrl,
      // An adapter has no address.
      ...(target === undefined || target.url === "" ? {} : { extension: target.url }),
      builds,
      events: project.events.map(({ name, version, confidence }) => ({ name, version, confidence })),
      scopes: project.scopes,
      secrets: project.secrets,
    };
  }

  const tellState = (): void => tell({ kind: "state", state: state() });
  const eventIn = (name: string, version: string) =>
    project.events.find((event) => event.name === name && event.version === version);

  const backend: InspectorBackend = {
    launchId,
    state,
    deliveries: () => book.all().map(({ record }) => summaryOf(record)),
    delivery: (id) => book.find(id)?.record,
    async send(request) {
      return deliver(requestedContent(project, request, stored(), now()), request.origin ?? "trigger");
    },
    async replay({ id, recording, secrets }) {
      if ((id === undefined) === (recording === undefined)) {
        throw new RequestProblem(422, "A replay needs the id of a delivery, or a recording, and not both");
      }
      if (id === undefined) return deliver(recordedContent(project, recording, { ...stored(), ...secrets }), "replay");
      const known = id === "last" ? book.all()[0] : book.find(id);
      if (known === undefined) {
        throw new RequestProblem(404, id === "last" ? "There is no delivery yet" : `There is no delivery "${id}"`);
      }
      return deliver(repeatedContent(known.content, secrets), "replay", known.record.id);
    },
    event: eventIn,
    check: (name, version, payload) => options.check(name, version, payload),
    subscribe(listener) {
      // Twice the same listener is two subscriptions.
      const own = (change: DevChange): void => listener(change);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
  };

  let inspector: Awaited<ReturnType<typeof openInspector>> | undefined;
  async function close(): Promise<void> {
    isClosed = true;
    courier.close();
    desk.close();
    for (const { reject } of firstAttempts.values()) reject(new RequestProblem(503, "The local Kiket is closed"));
    await inspector?.close();
    await Promise.all([saver.close(), local.saver.close()]);
    await platform.close();
  }
  if (options.inspector !== false) {
    try {
      inspector = await openOnFreePort(options.ports.inspector, (port) =>
        openInspector(backend, { port, token: options.token }),
      );
    } catch (error) {
      await close();
      throw error;
    }
  }
  for (const { record, content } of [...book.all()].reverse()) {
    if (isFinished(record)) continue;
    carry(record.id, content).catch((error: unknown) => {
      book.remove(record.id);
      warn(`The delivery ${record.id} of an earlier run cannot be made: ${String(error)}`);
    });
  }

  return {
    ...backend,
    inspector: inspector?.url,
    kiket: platform.baseUrl,
    environment: programEnvironment(platform.baseUrl, credentials),
    serveAt(target) {
      if (target !== undefined && target.build !== gate.target()?.build) desk.restarted();
      gate.leadTo(target);
      tellState();
    },
    settled: gate.settled,
    built(build) {
      builds = [...builds.filter(({ number }) => number !== build.number), build].slice(-mostBuilds);
      tell({ kind: "build", build });
    },
    logged: (stream, line) => (isAdapter() ? desk : witness).logged(stream, line),
    change(next) {
      project = next;
      secrets = undefined;
      tellState();
    },
    close,
  };
}
