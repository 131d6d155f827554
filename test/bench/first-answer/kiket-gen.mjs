// An extension with one handler, as a program.
import { createExtension, defineHandler } from "kiket-gen/runtime";
import { serve } from "kiket-gen/runtime/node";
import { deliver, fetchKeys } from "./delivery.mjs";

const handler = defineHandler({ event: "issue.created", version: "v1" }, () => ({ ok: true }));
const telemetry = { enabled: false };
const extension = createExtension({ handlers: [handler], fetch: fetchKeys, telemetry, logLevel: "warn" });
deliver((await serve(extension, { port: 0 })).url);
