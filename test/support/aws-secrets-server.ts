import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { closeAfterwards } from "./open-kiket.js";
import { openServer } from "./receiver.js";

// The protocol is AWS JSON 1.1: docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html.

const accessKeyId = "AKIDEXAMPLE";
const secretAccessKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const region = "eu-central-1";

/** What the server answers: a version, or an error. */
export type AwsAnswer =
  | { readonly text: string }
  | { readonly bytes: Uint8Array }
  | { readonly error: string; readonly message?: string; readonly status?: number }
  | { readonly raw: string; readonly status?: number; readonly headers?: Readonly<Record<string, string>> }
  | "silence"
  | "reset";

export interface AwsRequest {
  readonly id: string;
  readonly stage: string;
}

const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Whether AWS would accept the signature (docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html). */
function isSigned({ headers, method, url }: IncomingMessage, body: string): boolean {
  const pattern =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8}\/[^/]+\/secretsmanager\/aws4_request), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/;
  const [, key, scope = "", signed = "", signature = ""] = pattern.exec(headers.authorization ?? "") ?? [];
  if (key !== accessKeyId) return false;
  const names = signed.split(";");
  if (!["host", "x-amz-date", "x-amz-target"].every((name) => names.includes(name))) return false;
  const lines = names.map((name) => `${name}:${String(headers[name]).trim()}\n`).join("");
  const canonical = [method, url, "", lines, signed, sha256(body)].join("\n");
  const text = ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, sha256(canonical)].join("\n");
  const signingKey = scope
    .split("/")
    .reduce<string | Buffer>((last, part) => hmac(last, part), `AWS4${secretAccessKey}`);
  return timingSafeEqual(hmac(signingKey, text), Buffer.from(signature, "hex"));
}

function answerOf(answer: AwsAnswer): { status: number; body: string; headers?: Readonly<Record<string, string>> } {
  if (typeof answer === "string") throw new Error(answer);
  if ("raw" in answer) return { status: answer.status ?? 200, body: answer.raw, headers: answer.headers ?? {} };
  if ("error" in answer) {
    const { error, message = "refused", status = 400 } = answer;
    return { status, body: JSON.stringify({ __type: error, message }) };
  }
  const value =
    "text" in answer ? { SecretString: answer.text } : { SecretBinary: Buffer.from(answer.bytes).toString("base64") };
  return {
    status: 200,
    body: JSON.stringify({ ARN: "arn", Name: "name", VersionId: "id", CreatedDate: 1e9, ...value }),
  };
}

/** A server instead of AWS Secrets Manager, which refuses what is not signed, and the official client for it. */
export async function openAws(answer: (request: AwsRequest, count: number) => AwsAnswer): Promise<{
  readonly client: SecretsManager;
  readonly requests: AwsRequest[];
  /** How many requests were open at the same time, at most. */
  mostAtOnce(): number;
}> {
  const requests: AwsRequest[] = [];
  let open = 0;
  let most = 0;
  const { url } = await openServer((request, response) => {
    open += 1;
    most = Math.max(most, open);
    response.on("close", () => {
      open -= 1;
    });
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      const { SecretId: id, VersionStage: stage } = JSON.parse(body) as { SecretId: string; VersionStage: string };
      requests.push({ id, stage });
      const isCall =
        request.method === "POST" &&
        request.headers["x-amz-target"] === "secretsmanager.GetSecretValue" &&
        request.headers["content-type"] === "application/x-amz-json-1.1";
      const answered =
        isCall && isSigned(request, body)
          ? answer({ id, stage }, requests.length)
          : ({ error: "InvalidSignatureException", message: "The request signature does not match." } as const);
      if (answered === "silence") return;
      if (answered === "reset") return void response.destroy();
      const { status, body: text, headers } = answerOf(answered);
      response.writeHead(status, { "content-type": "application/x-amz-json-1.1", ...headers });
      // Later than at once, so that requests that run at the same time are seen as such.
      setImmediate(() => response.end(text));
    });
  });
  const client = new SecretsManager({ region, endpoint: url, credentials: { accessKeyId, secretAccessKey } });
  closeAfterwards(async () => client.destroy());
  return { client, requests, mostAtOnce: () => most };
}

const notFound = { error: "ResourceNotFoundException", message: "Secrets Manager can't find the specified secret." };

/** Answers from stored secrets: the current version, then the previous one. */
export function storedAtAws(
  secrets: Readonly<Record<string, readonly AwsAnswer[]>>,
): (request: AwsRequest) => AwsAnswer {
  return ({ id, stage }) => secrets[id]?.[stage === "AWSCURRENT" ? 0 : 1] ?? notFound;
}
