import { expect, it } from "vitest";
import type { ProgramSpec } from "../../../generator/dev/process/supervisor.js";
import { startExtension } from "../../../generator/dev/program.js";
import type { DevWord } from "../../../generator/dev/words/dev-word.js";

function open() {
  const words: DevWord[] = [];
  const raw: string[] = [];
  let write: ProgramSpec["onLine"] = () => {};
  const never = new Promise<never>(() => {});
  const program = startExtension(
    { script: "/p/main.js", folder: "/p", environment: {}, listens: true },
    {
      supervisor: {
        start({ onLine }) {
          write = onLine;
          return { pid: 1, listening: never, ended: never, stop: () => never };
        },
        close: async () => {},
      },
      tell: (word) => words.push(word),
      onLine: (stream, line) => raw.push(`${stream} ${line}`),
      isTold: (id) => id === "dlv_known",
    },
  );
  const messages = () => words.map((word) => word.type === "log" && word.message);
  return { program, raw, messages, write: (stream: "stdout" | "stderr", line: string) => write(stream, line) };
}

const ended = (id: string) =>
  JSON.stringify({ level: "warn", message: "A delivery failed: x", deliveryId: id, status: 500, ms: 1 });

it("tells what the extension writes, but not what other lines say", async () => {
  const { program, raw, messages, write } = open();
  write("stdout", "one");
  write("stdout", "");
  write("stdout", '{"level":"info","message":"listening","url":"http://127.0.0.1:8000"}');
  write("stdout", '{"level":"info","message":"claiming raw events","url":"http://127.0.0.1:4849"}');
  await program.claiming;
  write("stderr", ended("dlv_known"));
  write("stderr", ended("dlv_other"));
  expect(messages()).toEqual(["one", "A delivery failed: x"]);
  expect(raw).toHaveLength(6);
});

it("keeps back what may be about a crash, until somebody knows", () => {
  const { program, messages, write } = open();
  write("stderr", "Error: x");
  write("stderr", "    at y");
  expect(messages()).toEqual([]);
  expect(program.lastLines()).toEqual(["Error: x", "    at y"]);
  program.release();
  write("stderr", "later");
  expect(messages()).toEqual(["Error: x", "    at y", "later"]);
});

it("forgets it if it is told in another way", () => {
  const { program, messages, write } = open();
  write("stderr", "Error: x");
  program.release(false);
  write("stderr", "later");
  expect(messages()).toEqual(["later"]);
});
