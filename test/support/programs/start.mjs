// The program of a new project. Its environment decides what fails.
import { createServer } from "node:net";
import { createExtension } from "../../../dist/runtime/index.js";
import { run } from "../../../dist/runtime/node.js";
import { createSqliteStore } from "../../../dist/runtime/sqlite.js";

const { STORE, FAULT, HOLD, TAKE } = process.env;

const taken = createServer();
if (TAKE !== undefined) {
  await new Promise((resolve) => taken.listen(0, "127.0.0.1", resolve));
  taken.unref();
}
// A timer that would keep the program running; a program that cannot start must end anyway.
if (HOLD !== undefined) setInterval(() => {}, 1_000_000);

const server = await run(
  async () => {
    if (FAULT !== undefined) throw new TypeError(FAULT);
    const deliveryStore = STORE === undefined ? undefined : await createSqliteStore({ path: STORE });
    return createExtension({ handlers: [], logger: { info() {}, warn() {}, error() {} }, deliveryStore });
  },
  TAKE === undefined ? undefined : { port: taken.address().port },
);
if (server === undefined) process.stdout.write("undefined");
else await server.close();
