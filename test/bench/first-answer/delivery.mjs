// What the programs beside this one have in common: keys that must be fetched, as every start on a serverless host does, and one delivery.
import { request } from "node:http";

/** The delivery, and the keys that signed it. */
export const { keys, body } = JSON.parse(process.env.BENCH_DELIVERY);

/** Instead of Kiket. It makes a response, as `fetch` does, so it loads what Node has for that. */
export async function fetchKeys() {
  return new Response(keys, { headers: { "content-type": "application/json" } });
}

/** Sends the delivery to this process itself, and ends it with the answer. */
export function deliver(url) {
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  const sent = request(`${url}/v/v1/webhooks/issue.created`, { method: "POST", agent: false, headers }, (response) => {
    response.resume();
    response.on("end", () => process.exit(response.statusCode === 200 ? 0 : 1));
  });
  sent.end(body);
}
