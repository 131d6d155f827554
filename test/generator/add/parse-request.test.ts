import { describe, expect, it } from "vitest";
import { type Given, readRequest } from "../../../generator/add/parse-request.js";

describe("parsing the arguments of add", () => {
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
    [[], {}, "expected event, command, secret, setting, table, scope or deploy"],
    [["hook", "x"], {}, 'expected event, command, secret, setting, table, scope or deploy, not "hook"'],
    [["event"], {}, "missing event name"],
    [["event", "a", "b"], {}, 'expected one event, also got "b"'],
    [
      ["event", "a b"],
      {},
      '"a b" is not a valid event name: use letters, digits, `_` and `-`, in parts separated by dots',
    ],
    [["event", "a..b"], {}, '"a..b" is not a valid event name'],
    [["event", "../x"], {}, '"../x" is not a valid event name'],
    [["event", `a${"b".repeat(200)}`], {}, "is not a valid event name"],
    [["event", "a"], { version: "" }, '"" is not a valid version name'],
    [["event", "a"], { version: "v1/../x" }, '"v1/../x" is not a valid version name'],
    [["event", "a"], { title: "b" }, "--title cannot be used with add event"],
    [["scope", "a:b"], { required: true }, "--required cannot be used with add scope"],
    [["scope", "issues"], {}, '"issues" is not a valid scope name: use a word like issues:write'],
    [
      ["secret", "apiKey"],
      {},
      '"apiKey" is not a valid secret name: use uppercase letters, digits and `_`, like API_KEY',
    ],
    [["setting", "a.b"], {}, '"a.b" is not a valid setting name'],
    [["setting", "__proto__\n"], {}, "is not a valid setting name"],
    [["table", "com.example"], {}, "missing table name"],
    [["table", "com/../x", "t"], {}, '"com/../x" is not a valid module name'],
    [["table", "com.example", "Contacts"], {}, '"Contacts" is not a valid table name'],
    [["table", "com.example", "t", "email"], {}, 'expected a column as name:type or name:type!, not "email"'],
    [["table", "com.example", "t", "a:string", "a:text"], {}, 'duplicate column "a"'],
    [
      ["table", "com.example", "t"],
      { operations: "read,own" },
      "--operations takes read, write, delete or admin, separated by commas",
    ],
    [
      ["table", "com.example", "t"],
      { operations: "," },
      "--operations takes read, write, delete or admin, separated by commas",
    ],
  ])("%j with %j is refused", (words, given, message) => {
    expect(() => readRequest(words, given)).toThrow(message);
  });
});
