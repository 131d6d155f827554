// An evidence adapter that runs until it is told to stop, and tells the test that started it when it is.
import { runAdapter } from "../../../dist/runtime/node.js";

for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => process.send(signal));
await runAdapter(({ id }) => ({ dedupeKey: id }));
