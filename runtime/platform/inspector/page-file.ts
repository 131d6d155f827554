import { gunzipSync } from "node:zlib";
import type { RequestHead } from "../http/request-head.js";
import { page } from "./page.gen.js";

/** Whether the target is, to the letter, a file of the page. */
export function isPageFile(target: string): boolean {
  return Object.hasOwn(page, target);
}

/** Whether the reader says that it takes gzip. A quality of 0 says that it does not. */
function takesGzip({ headers }: Pick<RequestHead, "headers">): boolean {
  const codings = (headers.get("accept-encoding") ?? []).flatMap((line) => line.toLowerCase().split(","));
  return codings.some((coding) => /^\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*$)|$)/.test(coding));
}

/** A file of the page, with its headers: compressed for who takes that, else whole. Undefined if the target is none. */
export function pageFile(
  head: Pick<RequestHead, "target" | "headers">,
): { readonly headers: Readonly<Record<string, string>>; readonly body: Uint8Array } | undefined {
  const file = isPageFile(head.target) ? page[head.target] : undefined;
  if (file === undefined) return undefined;
  const headers = { "content-type": file.type, vary: "accept-encoding" };
  const body = Buffer.from(file.gzip, "base64");
  if (!takesGzip(head)) return { headers, body: gunzipSync(body) };
  return { headers: { ...headers, "content-encoding": "gzip" }, body };
}
