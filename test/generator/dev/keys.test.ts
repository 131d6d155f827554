import { expect, it } from "vitest";
import { createKeys } from "../../../generator/dev/keys.js";

function press(events: readonly string[], ...keys: readonly string[]): string[] {
  const done: string[] = [];
  const press = createKeys({
    events: () => events,
    trigger: (event) => done.push(`trigger ${event}`),
    replay: () => done.push("replay"),
    restart: () => done.push("restart"),
    open: () => done.push("open"),
    quit: () => done.push("quit"),
    interrupt: () => done.push("interrupt"),
    say: (text) => done.push(text.split("\n")[0] ?? ""),
  });
  for (const key of keys) press(key);
  return done;
}

it("does what each key means, and nothing for others", () => {
  expect(press(["a v1"], "t", "r", "R", "o", "q", "\u0003", "x", "1", "constructor")).toEqual([
    "trigger a v1",
    "replay",
    "restart",
    "open",
    "quit",
    "interrupt",
  ]);
  expect(press([], "h", "t")).toEqual([
    "keys: t trigger, r replay last, R restart, o open the inspector, h help, q quit",
    "the manifest declares no event",
  ]);
});

it("asks which of several events to send", () => {
  const asked = "which event? press its number, or any other key to leave";
  expect(press(["a v1", "b v1"], "t", "2", "2")).toEqual([asked, "trigger b v1"]);
  expect(press(["a v1", "b v1"], "t", "q", "q")).toEqual([asked, "quit"]);
  expect(press(["a v1", "b v1"], "t", "\u0003")).toEqual([asked, "interrupt"]);
});
