import { createRequire } from "node:module";
import { SecretManagerServiceClient } from "@google-cloud/secret-manager";
import { crc32c } from "../../runtime/vaults/crc32c.js";
import { closeAfterwards } from "./open-kiket.js";
import { openServer } from "./receiver.js";

// The protocol: cloud.google.com/secret-manager/docs/reference/rest, and .../rpc.

/** The client has these packages for itself. */
const requireOfClient = createRequire(createRequire(import.meta.url).resolve("@google-cloud/secret-manager"));

export interface StoredVersion {
  readonly data: Uint8Array | string;
  readonly state?: "DISABLED" | "DESTROYED";
  /** Default: the right one. */
  readonly crc?: number;
}

/** What happens to a call instead: a status by its name. */
export interface GoogleFault {
  readonly status: string;
  readonly message?: string;
}

export interface GoogleState {
  /** The versions of each secret, the oldest first, by the name below `projects/app/secrets/`. */
  secrets: Readonly<Record<string, readonly StoredVersion[]>>;
  /** What may be done. */
  mayList: boolean;
  instead?: (call: string) => GoogleFault | "silence" | "reset" | { readonly raw: string } | undefined;
}

/** By name: the number of gRPC and the status of HTTP (cloud.google.com/apis/design/errors). */
const statuses: Readonly<Record<string, readonly [code: number, http: number]>> = {
  INVALID_ARGUMENT: [3, 400],
  NOT_FOUND: [5, 404],
  PERMISSION_DENIED: [7, 403],
  RESOURCE_EXHAUSTED: [8, 429],
  FAILED_PRECONDITION: [9, 400],
  INTERNAL: [13, 500],
  UNAVAILABLE: [14, 503],
  UNAUTHENTICATED: [16, 401],
};

const isFault = (answer: object): answer is GoogleFault => "status" in answer;

function access(state: GoogleState, name: string): object {
  const [, id = "", asked = ""] = /^projects\/(?:app|4711)\/secrets\/([^/]+)\/versions\/([^/]+)$/.exec(name) ?? [];
  const versions = state.secrets[id];
  const number = asked === "latest" ? (versions?.length ?? 0) : Number(asked);
  const version = versions?.[number - 1];
  if (version === undefined) return { status: "NOT_FOUND", message: `Secret [${name}] not found or has no versions.` };
  if (version.state !== undefined) {
    return { status: "FAILED_PRECONDITION", message: `Secret Version [${name}] is in ${version.state} state.` };
  }
  const data = typeof version.data === "string" ? Buffer.from(version.data) : Buffer.from(version.data);
  // The number of the project, not its id, as Google does it.
  return {
    name: `projects/4711/secrets/${id}/versions/${number}`,
    payload: { data, dataCrc32c: String(version.crc ?? crc32c(data)) },
  };
}

function list(state: GoogleState, parent: string, filter: string, pageSize: number): object {
  if (!state.mayList) {
    return { status: "PERMISSION_DENIED", message: `Permission 'secretmanager.versions.list' denied on ${parent}` };
  }
  const versions = state.secrets[parent.replace("projects/app/secrets/", "")];
  if (versions === undefined) return { status: "NOT_FOUND", message: `Secret [${parent}] not found.` };
  const all = versions.map(({ state: own = "ENABLED" }, index) => ({
    name: parent.replace("projects/app/", "projects/4711/").concat(`/versions/${index + 1}`),
    state: own,
  }));
  const wanted = filter === "state:ENABLED" ? all.filter(({ state: own }) => own === "ENABLED") : all;
  return { versions: wanted.reverse().slice(0, pageSize), totalSize: wanted.length };
}

/** The answer to a call: `access <name>` or `list <parent>`. */
function answerOf(state: GoogleState, call: string, filter: string, pageSize: number): object | "silence" | "reset" {
  const instead = state.instead?.(call);
  if (instead !== undefined) return instead;
  const [verb, name = ""] = call.split(" ");
  return verb === "access" ? access(state, name) : list(state, name, filter, pageSize);
}

interface Google {
  readonly client: SecretManagerServiceClient;
  readonly state: GoogleState;
  readonly calls: string[];
}

function stateOf(given: Partial<GoogleState>): GoogleState {
  return { secrets: {}, mayList: true, ...given };
}

/** Credentials that are there, so that the client asks nobody for them. */
function authOf(): object {
  const { googleAuthLibrary } = requireOfClient("google-gax") as typeof import("google-gax");
  const authClient = new googleAuthLibrary.OAuth2Client();
  authClient.setCredentials({ access_token: "ya29.test" });
  return new googleAuthLibrary.GoogleAuth({ authClient });
}

/** A server of the REST API instead of Google's, which wants the access token, and the official client for it. */
export async function openGoogleRest(given: Partial<GoogleState>): Promise<Google> {
  const state = stateOf(given);
  const calls: string[] = [];
  const { port } = await openServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://google");
    const [, accessed] = /^\/v1\/(.+):access$/.exec(pathname) ?? [];
    const [, listed] = /^\/v1\/(.+)\/versions$/.exec(pathname) ?? [];
    const call = accessed !== undefined ? `access ${accessed}` : `list ${listed}`;
    calls.push(call);
    const isSigned = request.headers.authorization === "Bearer ya29.test";
    const answer = isSigned
      ? answerOf(state, call, searchParams.get("filter") ?? "", Number(searchParams.get("pageSize")))
      : { status: "UNAUTHENTICATED", message: "no valid access token" };
    if (answer === "silence") return;
    if (answer === "reset") return void response.destroy();
    if (typeof answer === "object" && "raw" in answer) return void response.end(answer.raw);
    const fault = typeof answer === "object" && isFault(answer) ? answer : undefined;
    const [, http = 500] = statuses[fault?.status ?? ""] ?? [];
    response.writeHead(fault === undefined ? 200 : http, { "content-type": "application/json" });
    const json = (_key: string, value: unknown) =>
      (value as { type?: unknown } | null)?.type === "Buffer"
        ? Buffer.from((value as { data: number[] }).data).toString("base64")
        : value;
    const error = fault && { code: http, status: fault.status, message: fault.message ?? fault.status };
    response.end(JSON.stringify(fault === undefined ? answer : { error }, json));
  });
  const options = { fallback: true, protocol: "http", apiEndpoint: "127.0.0.1", port, projectId: "app" };
  const client = new SecretManagerServiceClient({ ...options, auth: authOf() as never });
  closeAfterwards(() => client.close());
  return { client, state, calls };
}

/** A server of gRPC, which the client uses unless it is told otherwise. */
export async function openGoogleGrpc(given: Partial<GoogleState>): Promise<Google> {
  const state = stateOf(given);
  const calls: string[] = [];
  const { grpc, GrpcClient } = requireOfClient("google-gax") as typeof import("google-gax");
  const protos = new GrpcClient().loadProtoJSON(requireOfClient("../protos/protos.json")) as unknown as {
    google: { cloud: { secretmanager: { v1: { SecretManagerService: { service: never } } } } };
  };
  type Call = { readonly request: { name: string; parent: string; filter: string; pageSize: number } };
  type Done = (error: object | null, value?: object) => void;
  const handle = (verb: "access" | "list") => (call: Call, done: Done) => {
    const { name, parent, filter, pageSize } = call.request;
    const text = `${verb} ${verb === "access" ? name : parent}`;
    calls.push(text);
    const answer = answerOf(state, text, filter, pageSize);
    if (answer === "silence") return;
    if (typeof answer === "string" || !isFault(answer)) return done(null, answer as object);
    done({ code: statuses[answer.status]?.[0], details: answer.message ?? answer.status });
  };
  const server = new grpc.Server();
  const { service } = protos.google.cloud.secretmanager.v1.SecretManagerService;
  server.addService(service, { accessSecretVersion: handle("access"), listSecretVersions: handle("list") } as never);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  const sslCreds = grpc.credentials.createInsecure();
  const client = new SecretManagerServiceClient({
    apiEndpoint: "127.0.0.1",
    port,
    sslCreds,
    auth: authOf(),
    projectId: "app",
  } as never);
  closeAfterwards(async () => {
    await client.close();
    server.forceShutdown();
  });
  return { client, state, calls };
}
