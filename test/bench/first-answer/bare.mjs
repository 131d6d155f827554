// What can be had without a library: keys, bytes, one signature, one parse. With the argument `known` the keys need no response.
import { createPublicKey, verify } from "node:crypto";
import { createServer } from "node:http";
import { deliver, fetchKeys, keys as published } from "./delivery.mjs";

let keys = process.argv[2] === "known" ? JSON.parse(published).keys : undefined;
async function keyOf(kid) {
  keys ??= (await (await fetchKeys()).json()).keys;
  return createPublicKey({ key: keys.find((jwk) => jwk.kid === kid), format: "jwk" });
}

function objectIn(part) {
  return JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
}

async function isGenuine(payload) {
  const [head, body, signature] = payload.authentication.runtime_token.split(".");
  const key = { key: await keyOf(objectIn(head).kid), dsaEncoding: "ieee-p1363" };
  const claims = objectIn(body);
  const isSigned = verify("sha256", Buffer.from(`${head}.${body}`), key, Buffer.from(signature, "base64url"));
  return isSigned && claims.iss === "kiket.dev" && claims.exp > Date.now() / 1000;
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", async () => {
    const isOurs = await isGenuine(JSON.parse(Buffer.concat(chunks).toString("utf8")));
    response.writeHead(isOurs ? 200 : 401, { "content-type": "application/json" });
    response.end('{"ok":true}');
  });
});
server.listen(0, "127.0.0.1", () => deliver(`http://127.0.0.1:${server.address().port}`));
