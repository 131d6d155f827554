// An evidence adapter that runs until a stop signal, and sends its test a message about the signal.
import { runAdapter } from "../../../dist/runtime/node.js";

for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => process.send(signal));
await runAdapter(({ id }) => ({ dedupeKey: id }));
