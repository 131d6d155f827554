import { describe, expect, it } from "vitest";
import { type Given, readRequest } from "../../../generator/add/parse-request.js";

describe("what is asked for", () => {
  it.each<[words: string[], given: Given, request: object]>([
    [["event", "issue.closed"], { version: "v2" }, { kind: "event", name: "issue.closed", version: "v2" }],
    [["event", "external.webhook.form_submitted"], {}, { kind: "event", name: "external.webhook.form_submitted" }],
    [["command", "acme.syncAllNow"], {}, { kind: "command", name: "acme.syncAllNow", title: "Sync all now" }],
    [["command", "acme.do_it"], { title: "Go" }, { kind: "command", name: "acme.do_it", title: "Go" }],
    [["secret", "API_KEY"], { required: true }, { kind: "secret", key: "API_KEY", required: true }],
    [
      ["setting", "paper"],
      { options: "a6, a5,,a6" },
      { kind: "setting", key: "paper", options: ["a6", "a5"], required: false },
    ],
    [["scope", "issues:write"], {}, { kind: "scope", scope: "issues:write" }],
    [
      ["table", "com.example.crm", "contacts", "email:string!", "qty:integer"],
      { operations: "read,delete" },
      {
        kind: "table",
        module: "com.example.crm",
        table: "contacts",
        columns: [
          { name: "email", type: "string", notNull: true },
          { name: "qty", type: "integer", notNull: false },
        ],
        operations: ["read", "delete"],
      },
    ],
  ])("%j with %j", (words, given, request) => {
    const read = Object.fromEntries(
      Object.entries(readRequest(words, given)).filter(([, value]) => value !== undefined),
    );
    expect(read).toEqual(request);
  });

  it.each<[words: string[], given: Given, message: string]>([
    [[], {}, "say what to add: event, command, secret, setting, table, scope"],
    [["hook", "x"], {}, 'cannot add "hook": event, command, secret, setting, table, scope'],
    [["event"], {}, "name the event"],
    [["event", "a", "b"], {}, 'one event at a time, not also "b"'],
    [["event", "a b"], {}, '"a b" is no event name: use letters, digits, `_` and `-`, in parts joined by dots'],
    [["event", "a..b"], {}, '"a..b" is no event name'],
    [["event", "../x"], {}, '"../x" is no event name'],
    [["event", `a${"b".repeat(200)}`], {}, "is no event name"],
    [["event", "a"], { version: "" }, '"" is no version name'],
    [["event", "a"], { version: "v1/../x" }, '"v1/../x" is no version name'],
    [["event", "a"], { title: "b" }, "--title does not belong to add event"],
    [["scope", "a:b"], { required: true }, "--required does not belong to add scope"],
    [["scope", "issues"], {}, '"issues" is no scope name: use a word like issues:write'],
    [["secret", "apiKey"], {}, '"apiKey" is no secret name: use capitals, digits and `_`, like API_KEY'],
    [["setting", "a.b"], {}, '"a.b" is no setting name'],
    [["setting", "__proto__\n"], {}, "is no setting name"],
    [["table", "com.example"], {}, "name the table"],
    [["table", "com/../x", "t"], {}, '"com/../x" is no module name'],
    [["table", "com.example", "Contacts"], {}, '"Contacts" is no table name'],
    [["table", "com.example", "t", "email"], {}, 'write a column as name:type or name:type!, not "email"'],
    [["table", "com.example", "t", "a:string", "a:text"], {}, 'the column "a" is named twice'],
    [
      ["table", "com.example", "t"],
      { operations: "read,own" },
      "--operations takes read, write, delete or admin, and commas",
    ],
    [["table", "com.example", "t"], { operations: "," }, "--operations takes read, write, delete or admin, and commas"],
  ])("%j with %j is refused", (words, given, message) => {
    expect(() => readRequest(words, given)).toThrow(message);
  });
});
