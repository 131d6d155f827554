// A program that serves an extension. Its environment and messages from its test decide what it does.
import { createExtension, defineHandler } from "../../../dist/runtime/index.js";
import { serve } from "../../../dist/runtime/node.js";

const { SIGNALS, CLOSE_WITHIN, HOLD, CLOSE_FIRST } = process.env;

const held = defineHandler({ event: "issue.created", version: "v1" }, async (payload, { signal }) => {
  signal.addEventListener("abort", () => process.send({ aborted: signal.reason.message }));
  process.send("started");
  if (payload.issue.title === "endless") await new Promise(() => {});
  await new Promise((resolve) => process.once("message", resolve));
  return "done";
});

const extension = createExtension({ handlers: [held], logger: { info() {}, warn() {}, error() {} } });
const server = await serve(extension, {
  port: 0,
  ...(SIGNALS === undefined ? {} : { signals: SIGNALS === "true" }),
  ...(CLOSE_WITHIN === undefined ? {} : { closeWithin: Number(CLOSE_WITHIN) }),
});
if (HOLD !== undefined) setInterval(() => {}, 1_000_000);
if (CLOSE_FIRST !== undefined) {
  await server.close();
  setInterval(() => {}, 1_000_000);
}
process.send({ url: server.url });
