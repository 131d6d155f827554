import { sign } from "node:crypto";

export const path = "/v/v1/webhooks/issue.created";

/** Signed deliveries, each with an id and a token of its own. */
export function deliveries(amount, prefix, privateKey) {
  const encode = (part) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const key = { key: privateKey, dsaEncoding: "ieee-p1363" };
  const head = encode({ alg: "ES256", kid: "bench" });
  const iat = Math.floor(Date.now() / 1000);
  const common = { org_id: 1, ext_id: 2, proj_id: 3, scopes: ["issues:read"], iss: "kiket.dev", sub: "bench" };
  return Array.from({ length: amount }, (_, index) => {
    const id = `${prefix}-${index}`;
    const signed = `${head}.${encode({ ...common, iat, exp: iat + 3600, jti: id })}`;
    const token = `${signed}.${sign("sha256", Buffer.from(signed), key).toString("base64url")}`;
    const issue = { id: index, title: "Replace the intake valve of the second press", description: "x".repeat(600) };
    const payload = { event: "issue.created", issue, authentication: { runtime_token: token }, secrets: {} };
    return { id, body: JSON.stringify(payload) };
  });
}
