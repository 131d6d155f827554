import { expect, it } from "vitest";
import { startedAttempt } from "../../../runtime/dev/attempt.js";
import { createDeliveryBook } from "../../../runtime/dev/delivery-book.js";
import { createWitness } from "../../../runtime/dev/witness.js";

it("has what comes in the very millisecond in which the attempt began, but no line that says that it was written by then", () => {
  const began = Date.parse("2026-11-26T08:00:00.000Z");
  const ignore = () => undefined;
  const book = createDeliveryBook([], ignore, ignore);
  const request = { method: "POST", headers: new Headers(), body: "{}" };
  const attempts = [startedAttempt(1, began, 1, "http://127.0.0.1:8000", request)];
  const names = { event: "boat.docked", version: "v1", payload: {} };
  const record = { ...names, id: "dlv_1", origin: "trigger", state: "running", createdAt: began, attempts } as const;
  book.add({ record, content: { ...names, auth: "token", secrets: {} } });
  const witness = createWitness(
    book,
    () => began,
    () => 0,
  );
  witness.began("dlv_1");
  const line = (time: string, message: string) => JSON.stringify({ level: "info", time, message });
  witness.logged("stdout", line("2026-11-26T07:59:59.999Z", "The program starts"));
  witness.logged("stdout", line("2026-11-26T08:00:00.000Z", "The program listens"));
  witness.logged("stdout", "a boat came in");
  expect(book.find("dlv_1")?.record.attempts[0]?.logs.map(({ message }) => message)).toEqual(["a boat came in"]);
});
