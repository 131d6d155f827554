import { isJsonObject, parseJsonObject } from "../../base/json.js";
import { operations as platformOperations } from "../../platform/http/openapi.gen.js";
import type { DeliveryRecord } from "../../platform/inspector/delivery-record.js";
import type { HandlerScopes, MissingScope, ScopeReport, ScopeUse } from "../../platform/inspector/scope-report.js";
import { lackingScopes } from "../../platform/scopes.js";
import type { CodeUse, DevProject } from "../options.js";

/** What the report is made of. */
interface ScopeSources {
  readonly project: Pick<DevProject, "kind" | "events" | "scopes">;
  /** The newest first. */
  readonly deliveries: readonly DeliveryRecord[];
  /** Undefined where no command reads the code. */
  readonly code: CodeUse | undefined;
}

const scopesById = new Map<string, readonly string[]>(
  platformOperations.map(({ operationId, scopes }) => [operationId, scopes]),
);
const idByCall = new Map<string, string>(
  platformOperations.map(({ operationId, method, path }) => [`${method.toLowerCase()} ${path}`, operationId]),
);

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

/** The scopes of the token of its last attempt. */
function grantedTo({ attempts }: DeliveryRecord): readonly string[] | undefined {
  const scopes = attempts.at(-1)?.request.claims?.scopes;
  return Array.isArray(scopes) ? scopes.filter(isText) : undefined;
}

/** Why the runtime refused the delivery, if that was for scopes. */
function refusalOf({ id, attempts }: DeliveryRecord): HandlerScopes["refused"] {
  const reply = attempts.at(-1)?.reply;
  const missing = reply?.status === 403 ? parseJsonObject(reply.body)?.missing_scopes : undefined;
  const lacking = Array.isArray(missing) ? missing.filter(isText) : [];
  return lacking.length === 0 ? undefined : { delivery: id, lacking };
}

function usesOf(deliveries: readonly DeliveryRecord[], inCode: readonly string[]): readonly ScopeUse[] {
  const uses = new Map<string, ScopeUse>();
  const known = (operation: string): ScopeUse =>
    uses.get(operation) ?? { operation, scopes: scopesById.get(operation) ?? [], calls: 0, inCode: false };
  for (const operation of inCode) uses.set(operation, { ...known(operation), inCode: true });
  for (const delivery of deliveries) {
    const granted = grantedTo(delivery) ?? [];
    for (const { operationId, method, path, status, answer } of delivery.attempts.flatMap(({ calls }) => calls)) {
      if (operationId === undefined && status === 404) continue;
      const use = known(operationId ?? `${method} ${path}`);
      const named = status === 403 && isJsonObject(answer) ? answer.missing_scopes : undefined;
      const lacking = Array.isArray(named) ? named.filter(isText) : lackingScopes(use.scopes, granted);
      const isRefused = use.refused === undefined && status === 403 && lacking.length > 0;
      uses.set(use.operation, {
        ...use,
        calls: use.calls + 1,
        ...(isRefused ? { refused: { delivery: delivery.id, lacking } } : {}),
      });
    }
  }
  return [...uses.values()].sort((a, b) => a.operation.localeCompare(b.operation, "en"));
}

/** What a handler needs, as far as it is known. */
function neededBy({ required = [], uses, refused }: HandlerScopes): readonly string[] {
  return unique([...required, ...(refused?.lacking ?? []), ...uses.flatMap(({ scopes }) => scopes)]);
}

function missingIn(handlers: readonly HandlerScopes[], declared: readonly string[], code: CodeUse | undefined) {
  const missing = new Map<string, string[]>();
  for (const handler of handlers) {
    const lacking = lackingScopes(neededBy(handler), declared).map((scope) => code?.spelled(scope) ?? scope);
    for (const scope of unique(lacking)) missing.set(scope, [...(missing.get(scope) ?? []), handler.name]);
  }
  return [...missing].map(([scope, names]): MissingScope => ({ scope, neededBy: names }));
}

/** What the report cannot tell, or does not judge. */
function unknownOf(kind: DevProject["kind"], code: CodeUse | undefined): readonly string[] {
  if (kind === "adapter")
    return ["An adapter calls with its API key: the key has scopes, the manifest has none for it."];
  return code === undefined ? ["The code was not read: only calls of deliveries count."] : code.unknown;
}

/** Compares the scopes that the manifest grants, that tokens had, that handlers require, and that their calls need. */
export function scopeReportOf({ project, deliveries, code }: ScopeSources): ScopeReport {
  const handlers = project.events.map(({ name, version }): HandlerScopes => {
    const own = deliveries.filter((delivery) => delivery.event === name && delivery.version === version);
    const read = code?.handlers.find((one) => one.event === name && one.version === version);
    const [newest] = own.filter(({ attempts }) => attempts.length > 0);
    const granted = newest === undefined ? undefined : grantedTo(newest);
    const refused = own.map(refusalOf).find((one) => one !== undefined);
    return {
      name: `${name} ${version}`,
      ...(code === undefined ? {} : { required: unique(read?.required ?? []) }),
      ...(granted === undefined ? {} : { granted }),
      uses: usesOf(
        own,
        (read?.calls ?? []).map((call) => idByCall.get(call) ?? call),
      ),
      ...(refused === undefined ? {} : { refused }),
    };
  });
  const shared = (code?.shared ?? []).map(
    ({ file, required, calls }): HandlerScopes => ({
      name: file,
      required: unique(required),
      uses: usesOf(
        [],
        calls.map((call) => idByCall.get(call) ?? call),
      ),
    }),
  );
  const all = [...handlers, ...shared];
  const used = all.flatMap(neededBy);
  return {
    ...(code === undefined ? {} : { manifest: code.manifest }),
    declared: project.scopes.map((scope) => ({
      scope,
      isUsed: scope === "*" || lackingScopes([scope], used).length === 0,
    })),
    missing: project.kind === "adapter" ? [] : missingIn(all, project.scopes, code),
    handlers: all,
    unknown: unknownOf(project.kind, code),
  };
}
