import type { BuildRecord, DevState, InspectorBackend } from "../platform/inspector/backend.js";
import { RequestProblem } from "../platform/inspector/request-problem.js";
import { openInspector } from "../platform/inspector/server.js";
import { createChanges, createSeldomTeller } from "./changes.js";
import { createDataDesk } from "./data/data-desk.js";
import { newSeeds } from "./data/new-seeds.js";
import { pageVariables } from "./data/page-variables.js";
import { rowSources } from "./data/row-sources.js";
import { summaryOf } from "./delivery-book.js";
import { searchDeliveries } from "./delivery-search.js";
import { createDispatch } from "./dispatch.js";
import { programEnvironment } from "./environment.js";
import { createGate } from "./gate.js";
import { openDeliveryBook } from "./kept/delivery-file.js";
import { joinedSeed, type LocalPlatform, openLocalPlatform, storedSecrets } from "./local-platform.js";
import { openOnFreePort } from "./open-port.js";
import type { DevKiket, DevKiketOptions, DevTarget } from "./options.js";
import { recordedContent, repeatedContent, requestedContent, requestedEvent } from "./requested-content.js";
import { createSavedTests } from "./saved-test/saved-tests.js";
import { createScopeReader } from "./scopes/scope-reader.js";
import { createDevClock } from "./trouble/dev-clock.js";
import { createTroubleMaker } from "./trouble/trouble-maker.js";

/** Milliseconds between two words on the data, which a page then reads. */
const dataPause = 500;

/** Builds that are remembered. */
const mostBuilds = 50;

/** Milliseconds that deliveries under way may take before the clock is moved. */
const drainTime = 10_000;

/**
 * Opens the local Kiket of one project, and its inspector. What earlier runs kept goes on.
 * @throws the system's error if it cannot listen.
 */
export async function openDevKiket(options: DevKiketOptions): Promise<DevKiket> {
  const { launchId, compression = 60, warn = () => undefined } = options;
  const now = Date.now;
  let { project } = options;
  let builds: readonly BuildRecord[] = [];
  /** Those of the local store, until an extension writes into it. */
  let secrets: Readonly<Record<string, string>> | undefined;
  const { tell, subscribe } = createChanges(warn);
  if (options.onChange !== undefined) subscribe(options.onChange);

  const clock = createDevClock(now);
  const news = createSeldomTeller(() => tell({ kind: "data" }), dataPause);
  /** The data have changed, whoever did it. */
  function changed(): void {
    data.stale();
    news.note();
  }
  const variables = () => pageVariables(project.settings ?? [], local.variables());
  const data = createDataDesk({
    ...options,
    platform: () => ({ ...local, variables, snapshot: local.platform.snapshot, restore: local.platform.restore }),
    project: () => project,
    sources: () => rowSources(book.all().map(({ record }) => record)),
    now: clock.now,
    changed() {
      secrets = undefined;
      local.saver.mark();
      changed();
    },
    forgotten: () => dispatch.ingestAgain(),
  });
  const gate = createGate();
  const { book, saver } = await openDeliveryBook(options, tell, now);
  const dispatch = createDispatch({
    book,
    gate,
    platform: () => local.platform,
    project: () => project,
    compression,
    now,
    ahead: clock.ahead,
    tell,
    learned() {
      local.saver.mark();
      changed();
    },
    warn,
  });
  const trouble = createTroubleMaker({
    platform: () => local.platform,
    tell,
    clock,
    passed: dispatch.passed,
    async pause() {
      serveAt(undefined);
      await gate.settled(drainTime);
    },
    restart: options.onClock,
  });
  const local: LocalPlatform = await openLocalPlatform({
    project,
    storage: options.storage,
    port: options.ports.kiket,
    now: clock.now,
    onCall(call) {
      if (call.method !== "GET" && call.operationId?.endsWith("Secret") === true) secrets = undefined;
      dispatch.called({ ...call, at: call.at - clock.ahead() });
      trouble.called();
    },
    onChange: changed,
    warn,
  });
  const { platform, credentials } = local;

  function stored(): Readonly<Record<string, string>> {
    secrets ??= storedSecrets(platform.snapshot());
    return secrets;
  }

  const scopes = createScopeReader({ book, project: () => project, readCode: options.readCode });
  const hidden = (): readonly string[] => [...Object.values(stored()), ...Object.values(credentials)];

  function state(): DevState {
    const target = gate.target();
    return {
      kind: project.kind,
      name: project.name,
      inspector: inspector?.url ?? "",
      kiket: platform.baseUrl,
      // An adapter has no address.
      ...(target === undefined || target.url === "" ? {} : { extension: target.url }),
      ...(target === undefined ? {} : { running: target.build }),
      builds,
      events: project.events.map(({ name, version, confidence }) => ({ name, version, confidence })),
      scopes: project.scopes,
      secrets: project.secrets,
      trouble: trouble.state(),
      retries: { schedule: platform.retrySchedule, compression },
    };
  }

  function serveAt(target: DevTarget | undefined): void {
    dispatch.leadTo(target);
    tell({ kind: "state", state: state() });
  }

  const backend: InspectorBackend = {
    launchId,
    state,
    deliveries: () => book.all().map(({ record }) => summaryOf(record)),
    delivery: (id) => book.find(id)?.record,
    search: (text) =>
      searchDeliveries(
        book.all().map(({ record }) => record),
        text,
      ),
    triggerCommand(id) {
      const record = book.find(id)?.record;
      if (record === undefined) return undefined;
      const command = options.triggerCommand?.(record, project);
      if (command !== undefined) return command;
      const hint = "the name of its event has characters that a terminal does not show";
      throw new RequestProblem(422, "No command can send this delivery", hint);
    },
    async send(request) {
      return dispatch.deliver(requestedContent(project, request, stored(), clock.now()), request.origin ?? "trigger");
    },
    async replay({ id, recording, secrets: given }) {
      if ((id === undefined) === (recording === undefined)) {
        throw new RequestProblem(422, "A replay needs the id of a delivery, or a recording, and not both");
      }
      if (id === undefined) {
        return dispatch.deliver(recordedContent(project, recording, { ...stored(), ...given }), "replay");
      }
      const [newest] = book.all();
      const known = id === "last" ? newest : book.find(id);
      if (known === undefined) {
        const message = id === "last" ? "There is no delivery yet" : `There is no delivery "${id}"`;
        throw new RequestProblem(404, message, newest && `the newest one is ${newest.record.id}`);
      }
      return dispatch.deliver(repeatedContent(known.content, given), "replay", known.record.id);
    },
    event: (name, version) => project.events.find((event) => event.name === name && event.version === version),
    check(event, version, payload) {
      requestedEvent(project, { event, version });
      return options.check(event, version, payload);
    },
    trouble,
    scopes: scopes.report,
    ...(options.tests === undefined
      ? {}
      : { tests: createSavedTests({ book, project: () => project, files: options.tests, hidden }) }),
    data,
    subscribe,
  };

  let inspector: Awaited<ReturnType<typeof openInspector>> | undefined;
  async function close(): Promise<void> {
    dispatch.close();
    news.close();
    await inspector?.close();
    await Promise.all([saver.close(), local.saver.close()]);
    await platform.close();
  }
  if (options.inspector !== false) {
    const open = (port: number) => openInspector(backend, { port, token: options.token });
    inspector = await openOnFreePort(options.ports.inspector, open).catch(async (error: unknown) => {
      await close();
      throw error;
    });
  }
  dispatch.resume();

  return {
    ...backend,
    inspector: inspector?.url,
    ticket: () => inspector?.ticket(),
    kiket: platform.baseUrl,
    environment: programEnvironment(platform.baseUrl, credentials),
    variables,
    serveAt,
    settled: gate.settled,
    built(build) {
      scopes.stale();
      const others = builds.filter(({ number }) => number !== build.number);
      // An older one may have ended meanwhile.
      builds = [...others, build].sort((a, b) => a.number - b.number).slice(-mostBuilds);
      if (build.error !== undefined) dispatch.notStarted();
      // Its environment may be another.
      changed();
      tell({ kind: "build", build });
    },
    logged: dispatch.logged,
    programEnded: dispatch.programEnded,
    change(next) {
      const { tables } = next.seed;
      if (tables !== undefined || project.seed.tables !== undefined) platform.declareTables(tables ?? []);
      const seeds = newSeeds(project.seed, next.seed, platform.snapshot);
      if (seeds.loaded.length > 0) {
        platform.restore(joinedSeed({ ...next.seed, records: seeds.loaded }, platform.snapshot()));
        local.saver.mark();
      }
      project = next;
      scopes.stale();
      secrets = undefined;
      changed();
      tell({ kind: "state", state: state() });
      return seeds;
    },
    close,
  };
}
