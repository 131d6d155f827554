// A worker of its own process. The names of jobs say what their runs do; each line on stdout is a run that begins or ends.
import { createQueue } from "kiket-gen/runtime/bullmq";

const silent = { info() {}, warn() {}, error() {} };
const logger = { ...silent, error: (message) => console.log(`log ${message}`) };
const [, , options] = process.argv;
const queue = createQueue({ ...JSON.parse(options), logger });

const worker = await queue.work(
  async ({ content: { name } }, { number, signal }) => {
    console.log(`begin ${name} ${number}`);
    if (name.startsWith("poison")) process.kill(process.pid, "SIGKILL");
    if (name.startsWith("long")) {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      console.log(`abort ${name}`);
      return { state: "returned" };
    }
    const [, pause] = /^slow (\d+)/.exec(name) ?? [];
    if (pause !== undefined) await new Promise((resolve) => setTimeout(resolve, Number(pause)));
    console.log(`end ${name}`);
    return { state: "done" };
  },
  { concurrency: 5, handlers: [], logger },
);
process.on("SIGTERM", async () => {
  await worker.close(0);
  await queue.close();
  console.log("closed");
});
console.log("working");
