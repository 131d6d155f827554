import { describe, expect, it } from "vitest";
import { completeDisk, lintText, manifest, module, told, toldUnder } from "../support.js";

function hintOf(text: string): string | undefined {
  return lintText(text)[0]?.hint;
}

describe("KG801 and KG802: keys", () => {
  it("that are misspelled, at every level", () => {
    const text = manifest(
      "permisions: [issues:read]",
      "hooks: [{ event: issue.created, retrys: 2 }]",
      "contributes: { comands: [] }",
      "configuration: { CITY: { type: string, requird: true } }",
    );
    expect(told(lintText(text))).toEqual([
      "warning KG801 9:3 unknown key `permisions` in `extension`",
      "warning KG801 10:35 unknown key `retrys` in `extension.hooks[0]`",
      "warning KG801 11:18 unknown key `comands` in `extension.contributes`",
      "warning KG801 12:42 unknown key `requird` in `extension.configuration.CITY`",
    ]);
    expect(hintOf(text)).toBe("did you mean `permissions`?");
  });

  it("that are not similar to a known key", () => {
    expect(told(lintText(`${manifest("fruit: apple")}basket: {}\n`))).toEqual([
      "warning KG802 9:3 unknown key `fruit` in `extension`",
      "warning KG802 10:1 unknown key `basket`",
    ]);
  });

  it("of modules, in both forms", () => {
    const permitted = manifest("custom_data: { permissions: [{ module: com.example.mail.log, operations: [read] }] }");
    const found = lintText(permitted, { modules: { log: `${module}tabels: {}\n` } });
    expect(told(found)).toEqual(["warning KG801 .kiket/modules/log/schema.yml:6:1 unknown key `tabels`"]);
    const older = "module: { id: com.example.mail.log, tabels: [] }\n";
    expect(toldUnder("KG801", lintText(permitted, { modules: { log: older } }))).toEqual([
      "warning KG801 .kiket/modules/log/schema.yml:1:37 unknown key `tabels` in `module`",
    ]);
  });

  it("are not checked under a key that is free or unknown, or if they start with x-", () => {
    const text = `${manifest("x-owner: me", "fruit: { a: 1 }", "callback: { url: a, headers: { any: thing } }")}`;
    expect(toldUnder("KG801", lintText(text))).toEqual([]);
    expect(toldUnder("KG802", lintText(text))).toEqual(["warning KG802 10:3 unknown key `fruit` in `extension`"]);
  });

  it("with the names of members that every object has", () => {
    expect(toldUnder("KG802", lintText(manifest("__proto__: {}", "constructor: 1")))).toEqual([
      "warning KG802 9:3 unknown key `__proto__` in `extension`",
      "warning KG802 10:3 unknown key `constructor` in `extension`",
    ]);
  });
});

describe("KG827, KG828 and KG829: paths of events", () => {
  const hooks = (...lines: readonly string[]) =>
    lintText(manifest("hooks:", ...lines.map((line) => `  - { ${line} }`)));
  /** As manifests refer to variables; spelled so because the linter takes it for a template. */
  const variable = "$" + "{BASE_URL}";
  const paths = (...given: readonly string[]) => given.map((path) => `event: issue.created, endpoint: ${path}`);

  it("that no request can have", () => {
    const found = hooks(
      ...paths("https://example.com/kiket", `"${variable}/kiket"`, "/kiket/:id", "/a/../b", '""', "kiket/created"),
      "event: issue.created, url: //example.com/kiket",
    );
    expect(toldUnder("KG827", found)).toEqual([
      "warning KG827 10:41 the path `https://example.com/kiket` of `issue.created` is a full address, and the extension serves paths only",
      `warning KG827 11:41 the path \`${variable}/kiket\` of \`issue.created\` contains a reference, which is not resolved here`,
      "warning KG827 12:41 the path `/kiket/:id` of `issue.created` contains a placeholder, but a path is compared as it is written",
      "warning KG827 13:41 the path `/a/../b` of `issue.created` cannot be the path of a request",
      "warning KG827 14:41 the path of `issue.created` is empty",
      "warning KG827 15:41 the path `kiket/created` of `issue.created` does not begin with a slash",
      "warning KG827 16:36 the path `//example.com/kiket` of `issue.created` is a full address, and the extension serves paths only",
    ]);
    expect(found.find(({ message }) => message.includes("slash"))?.hint).toBe("write `/kiket/created`");
  });

  it("that the extension needs itself", () => {
    expect(toldUnder("KG828", hooks(...paths("/health", "/ready/", "/health/kiket")))).toEqual([
      "error KG828 10:41 the extension answers `/health` itself, so `issue.created` cannot arrive there",
      "error KG828 11:41 the extension answers `/ready/` itself, so `issue.created` cannot arrive there",
    ]);
  });

  it("that several events share, also with a standard path", () => {
    const found = hooks(
      "event: issue.created, endpoint: /kiket",
      "event: issue.created, version: v2, endpoint: /kiket",
      "event: issue.assigned, url: /kiket/",
      "event: issue.commented, url: /webhooks/issue.assigned",
      "event: issue.commented, url: /v/v1/webhooks/issue.created",
      "event: issue.assigned, url: /v/v1/webhooks/issue.assigned",
      "event: issue.commented, url: /webhooks/issue.unknown",
    );
    expect(toldUnder("KG829", found)).toEqual([
      "note KG829 12:37 `issue.created` on line 10 has the path `/kiket/` too",
      "note KG829 13:38 the path of `issue.commented` is also the standard path of `issue.assigned`",
      "note KG829 14:38 the path of `issue.commented` is also the standard path of `issue.created`",
    ]);
  });

  it("in a manifest.json", () => {
    const endpoints =
      '[{"id": "send", "path": "/health", "method": "POST"}, {"id": "live", "path": "/health", "method": "GET"}]';
    const text = `{"id": "a", "name": "A", "version": "1.0.0", "capabilities": {}, "endpoints": ${endpoints}}\n`;
    const found = lintText(text, { path: "manifest.json" });
    expect(found.filter(({ code }) => code.startsWith("KG82")).map(({ code }) => code)).toEqual(["KG824", "KG828"]);
  });

  it("that are plain are not reported", () => {
    const found = hooks(...paths("/kiket/created", "/webhooks/issue.created", "/"), "event: issue.assigned");
    expect(told(found).filter((line) => /KG82[789]/.test(line))).toEqual([]);
  });
});

describe("events", () => {
  it("KG803 and KG804: hooks and activation events name the same events", () => {
    const text = manifest(
      "activationEvents: [issue.created, issue.commented]",
      "hooks: [{ event: issue.created }, { event: issue.assigned }]",
    );
    expect(told(lintText(text))).toEqual([
      "warning KG804 9:37 `issue.commented` is in `activationEvents`, but not in `hooks`",
      "warning KG803 10:46 `issue.assigned` is in `hooks`, but not in `activationEvents`",
    ]);
  });

  it("KG803 and KG804: the hint for a misspelled name is the other name", () => {
    const found = lintText(manifest("activationEvents: [my.evnet]", "hooks: [{ event: my.event }]"));
    const hints = found.filter(({ code }) => code !== "KG807").map(({ code, hint }) => [code, hint]);
    expect(hints).toEqual([
      ["KG804", "did you mean `my.event`?"],
      ["KG803", "did you mean `my.evnet`?"],
    ]);
  });

  it("KG803 and KG804: report nothing if one list is missing, or if a command is activated", () => {
    expect(told(lintText(manifest("hooks: [{ event: issue.created }]")))).toEqual([]);
    expect(told(lintText(manifest("activationEvents: [issue.created]")))).toEqual([]);
    const text = manifest(
      "activationEvents: [issue.created, mail.ping]",
      "hooks: [{ event: issue.created }]",
      "contributes:",
      "  commands: [{ command: mail.ping, handler: { type: extension_event, event: mail.ping } }]",
    );
    expect(told(lintText(text))).toEqual([]);
  });

  it("KG304, KG807: undocumented events", () => {
    const text = manifest("hooks: [{ event: isue.created }, { event: moon.rose }, { event: external.webhook.any }]");
    expect(told(lintText(text))).toEqual([
      "warning KG304 9:20 undocumented event `isue.created`",
      "note KG807 9:45 undocumented event `moon.rose`",
    ]);
    expect(hintOf(text)).toBe("did you mean `issue.created`?");
  });

  it("KG816: SLA events", () => {
    expect(told(lintText(manifest("hooks: [{ event: sla.breach }]")))).toEqual([
      "note KG816 9:20 no known extension receives `sla.breach`",
    ]);
    expect(told(lintText(manifest("hooks: [{ event: workflow.sla_breach }, { event: workflow.sla_status }]")))).toEqual(
      ["note KG816 9:52 `workflow.sla_status` and `workflow.sla_breach` may both be sent for one incident"],
    );
    expect(told(lintText(manifest("hooks: [{ event: workflow.sla_status }]")))).toEqual([]);
  });

  it("KG821: issue and case events mixed", () => {
    const text = manifest("hooks: [{ event: case.created }, { event: issue.created }, { event: issue.assigned }]");
    expect(told(lintText(text))).toEqual([
      "note KG821 9:45 `issue.created` and `case.created` may both be sent for one change",
      "note KG821 9:71 `issue.assigned` is used together with `case.*` events",
    ]);
  });

  it("KG304, KG807, KG816, KG821, KG830: nothing of Kiket's events is told of the types of an adapter", () => {
    const types = "[issue.created, case.created, issue.create, sla.breach, workflow.sla_status, workflow.sla_breach]";
    const text = `apiVersion: kiket.dev/v1
kind: Extension
metadata: { key: gate, name: Gate, version: 1.0.0 }
spec: { sourceSystem: gate, sourceEventTypes: ${types} }
`;
    const found = told(lintText(text, { otherNames: true })).join("\n");
    expect(found).not.toMatch(/KG(?:304|807|816|821|830)/);
    expect(found).toContain("KG824");
  });

  describe("KG830: other names", () => {
    const found = (...lines: readonly string[]) => lintText(manifest(...lines), { otherNames: true });

    it("of one event, in both directions", () => {
      const diagnostics = found("hooks: [{ event: issue.created }]");
      expect(told(diagnostics)).toEqual([
        "note KG830 9:20 Kiket may send `issue.created` as `case.created`, its newer name",
      ]);
      expect(diagnostics[0]?.hint).toBe("the same handlers get them; `context.event` tells which name was sent");
      expect(told(found("hooks: [{ event: case.created }]"))).toEqual([
        "note KG830 9:20 Kiket may send `case.created` as `issue.created`, its older name",
      ]);
    });

    it("of several events in one note, each once", () => {
      const hooks = ["assigned", "created", "created, version: v2", "updated"].map(
        (name) => `{ event: issue.${name} }`,
      );
      expect(told(found(`hooks: [${hooks.join(", ")}]`))).toEqual([
        "note KG830 9:20 Kiket may send `issue.assigned`, `issue.created` and `issue.updated` as `case.assigned`, `case.created` and `case.updated`, their newer names",
      ]);
    });

    it("are not told where both are declared, where KG821 is, and of events that nobody knows", () => {
      const text = manifest("hooks: [{ event: case.created }, { event: issue.created }, { event: issue.assigned }]");
      expect(toldUnder("KG830", lintText(text, { otherNames: true }))).toEqual([]);
      for (const event of ["issue.archived", "issue_created", "workflow.issue.transitioned", "issue."]) {
        expect(toldUnder("KG830", found(`hooks: [{ event: ${event} }]`))).toEqual([]);
      }
    });

    it("are not told of an extension's own command", () => {
      const command = "{ command: case.created, handler: { type: extension_event, event: case.created } }";
      expect(toldUnder("KG830", found("contributes:", `  commands: [${command}]`))).toEqual([]);
    });
  });

  it("KG820: two spellings of one name", () => {
    const command = (id: string, event: string) =>
      manifest("contributes:", `  commands: [{ command: ${id}, handler: { type: extension_event, event: ${event} } }]`);
    expect(told(lintText(command("mail.sendSms", "mail.sendSMS")))).toEqual([
      "warning KG820 10:27 the command `mail.sendSms` and the event `mail.sendSMS` are spelled differently",
    ]);
    expect(told(lintText(command("twilio.sendSms", "twilio.sendSms")))).toEqual([
      "warning KG820 10:84 known extensions spell `twilio.sendSms` as `twilio.sendSMS`",
    ]);
    expect(told(lintText(command("mail.sync", "mail.syncNow")))).toEqual([]);
  });

  it("KG302: names that Windows reserves, as when generating", () => {
    const text = manifest("hooks: [{ event: con.created }]");
    const windows = { ...completeDisk, windows: true };
    expect(toldUnder("KG302", lintText(text))[0]).toMatch(/^warning KG302 9:/);
    expect(toldUnder("KG302", lintText(text, { disk: windows }))[0]).toMatch(/^error KG302 9:/);
  });

  it("KG301: names that become the same identifier, as when generating", () => {
    expect(toldUnder("KG301", lintText(manifest("hooks: [{ event: a.b }, { event: a.B }]")))).toHaveLength(1);
    expect(toldUnder("KG301", lintText(manifest("permissions: [issues:read, issues.read]")))).toHaveLength(1);
  });
});

describe("templates", () => {
  const configuration = ["configuration:", "  welcome: { type: template }", "  count: { type: integer }"];

  it("KG805: a hook names a key of the configuration", () => {
    const text = manifest(...configuration, "hooks: [{ event: issue.created, template: welcom }]");
    expect(told(lintText(text))).toEqual(["error KG805 12:45 the configuration has no template `welcom`"]);
    expect(hintOf(text)).toBe("did you mean `welcome`?");
    expect(told(lintText(text.replace("welcom }", "welcome }")))).toEqual([]);
    expect(told(lintText(text.replace("welcom }", "count }")))).toEqual([
      "error KG805 12:45 `count` is of type integer, not a template",
    ]);
  });

  it("KG805 and KG806: say nothing of a hook without an event", () => {
    expect(told(lintText(manifest("hooks: [{ template: welcome }]")))).toEqual([
      "error KG205 9:11 `extension.hooks[0]` has no `event`",
    ]);
  });

  it("KG806: one template for each version of an event", () => {
    const hook = (template: string, version: string) =>
      `  - { event: issue.created, version: ${version}, template: ${template} }`;
    const lines = ["configuration: { a: { type: template }, b: { type: template } }", "hooks:"];
    expect(told(lintText(manifest(...lines, hook("a", "v1"), hook("b", "v1"))))).toEqual([
      "warning KG806 12:54 `issue.created` already has the template `a` on line 11",
    ]);
    expect(told(lintText(manifest(...lines, hook("a", "v1"), hook("b", "v2"))))).toEqual([]);
    expect(told(lintText(manifest(...lines, hook("a", "v1"), hook("a", "v1"))))).toEqual([]);
  });

  const templated = (text: string, required: string) =>
    manifest(
      "configuration:",
      "  welcome:",
      "    type: template",
      `    default: ${JSON.stringify(text)}`,
      `    validation: { required_variables: [${required}] }`,
    );

  it.each([
    "Hi {{ issue.title }}",
    "Hi {{issue.title | truncate: 20}}",
    "{% if issue.title %}x{% endif %}",
    "{{#if issue.title}}x{{/if}}",
    "{{ issue['title'] }}",
    "{{ issue.title.size }}",
  ])("KG808: %j uses issue.title", (text) => {
    expect(told(lintText(templated(text, "issue.title")))).toEqual([]);
  });

  it.each(["Hi issue.title", "{{ issue.titles }}", "{{ 'issue.title' }}", "{{ my.issue.title }}", ""])(
    "KG808: %j does not use issue.title",
    (text) => {
      expect(told(lintText(templated(text, "issue.title")))).toEqual([
        "warning KG808 13:42 the default of `welcome` does not use `issue.title`, which is a required variable",
      ]);
    },
  );

  it("KG825: a template uses the name that matches the event", () => {
    const text = (event: string, template: string) =>
      manifest(
        `configuration: { welcome: { type: template, default: "${template}" } }`,
        `hooks: [{ event: ${event}, template: welcome }]`,
      );
    expect(told(lintText(text("case.created", "{{ issue.title }}")))).toEqual([
      "warning KG825 10:44 `welcome` uses `issue`, but the payload of `case.created` contains `case`",
    ]);
    expect(toldUnder("KG825", lintText(text("issue.created", "{{ case.title }}")))).toHaveLength(1);
    for (const fine of ["{{ case.title }}", "{{ case.title }}{{ issue.title }}", "{{ user.name }}"])
      expect(told(lintText(text("case.created", fine)))).toEqual([]);
    expect(told(lintText(text("workflow.sla_breach", "{{ issue.title }}")))).toEqual([]);
  });
});

describe("permissions", () => {
  it("KG811: one spelling", () => {
    const text = manifest("permissions: [issues:read, write:issues, users.read]");
    expect(told(lintText(text))).toEqual([
      "warning KG811 9:30 `write:issues` is not spelled like other permissions in this manifest (`issues:read`)",
      "warning KG811 9:44 `users.read` is not spelled like other permissions in this manifest (`issues:read`)",
    ]);
    expect(lintText(text).map(({ hint }) => hint)).toEqual(["write `issues:write`", "write `users:read`"]);
    expect(told(lintText(manifest("permissions: [read:issues, write:issues]")))).toEqual([]);
    expect(told(lintText(manifest('permissions: [issues:read, "*"]')))).toEqual([]);
    expect(told(lintText(manifest("permissions: [read:issues, write:issues, users.read]")))).toEqual([
      "warning KG811 9:44 `users.read` is not spelled like other permissions in this manifest (`read:issues`)",
    ]);
  });

  it("KG812: misspelled ones", () => {
    const text = manifest("permissions: [isues:read, fruit:read]");
    expect(told(lintText(text))).toEqual(["warning KG812 9:17 unknown permission `isues:read`"]);
    expect(hintOf(text)).toBe("did you mean `issues:read`?");
  });

  it("KG813: those of a command are roles", () => {
    const text = manifest(
      "contributes:",
      "  commands:",
      "    - command: mail.ping",
      "      permissions: [manager, issues:read, issues.write]",
      "      handler: { type: extension_event, event: mail.ping }",
    );
    expect(told(lintText(text))).toEqual([
      "warning KG813 12:32 `issues:read` is a scope, but a role is expected here",
      "warning KG813 12:45 `issues.write` is a scope, but a role is expected here",
    ]);
  });
});

describe("secrets", () => {
  it("KG810: have no default", () => {
    const text = manifest(
      "configuration: { TOKEN: { type: string, secret: true, default: abc } }",
      "secrets: [{ key: PIN, default: 1234 }]",
    );
    expect(toldUnder("KG810", lintText(text))).toEqual([
      "warning KG810 9:66 the secret `TOKEN` has a default",
      "warning KG810 10:34 the secret `PIN` has a default",
    ]);
    expect(toldUnder("KG810", lintText("id: a\nsettings: [{ key: A, secret: true, default: b }]\n"))).toHaveLength(1);
  });

  it.each([
    ["{ type: string, secret: True, default: abc }", 1],
    ['{ type: string, secret: "true", default: abc }', 1],
    ["{ type: oauth_token, default: abc }", 1],
    ["{ type: string, secret: False, default: abc }", 0],
    ["{ type: string, secret: 1, default: abc }", 0],
  ])("KG810: %s is a secret as it is to the generator", (field, amount) => {
    expect(toldUnder("KG810", lintText(manifest(`configuration: { A: ${field} }`)))).toHaveLength(amount);
  });

  const signed = (secret: string) => manifest().replace(" }", `, secret: ${secret} }`);

  it("KG814: the old spelling of a reference", () => {
    expect(told(lintText(signed("env:KIKET_WEBHOOK_SECRET")))).toEqual([
      "note KG814 8:54 `env:KIKET_WEBHOOK_SECRET` is the old spelling",
    ]);
    expect(hintOf(signed("env:KIKET_WEBHOOK_SECRET"))).toBe("write `env.KIKET_WEBHOOK_SECRET`");
    expect(toldUnder("KG814", lintText("id: a\ndelivery_secret: env:KIKET_WEBHOOK_SECRET\n"))).toEqual([]);
  });

  it("KG815: in plain text", () => {
    expect(told(lintText(signed("hunter2")))).toEqual([
      "warning KG815 8:54 `extension.callback.secret` contains a secret in plain text",
    ]);
    expect(toldUnder("KG815", lintText("id: a\ndelivery_secret: hunter2\n"))).toHaveLength(1);
    for (const fine of ["env.KIKET_WEBHOOK_SECRET", `"$${"{SECRET}"}"`, "ext.SECRET", '""'])
      expect(told(lintText(signed(fine)))).toEqual([]);
    expect(toldUnder("KG815", lintText("id: a\ndelivery_secret: KIKET_WEBHOOK_SECRET\n"))).toEqual([]);
  });
});

describe("wizard and configuration", () => {
  const wizard = (declared: string, asked: string) =>
    manifest(`configuration: { PORT: { ${declared} } }`, `setup: [{ configure: { fields: [{ ${asked} }] } }]`);

  it.each([
    ["integer", "text"],
    ["boolean", "number"],
    ["string", "checkbox"],
  ])("KG817: %s does not match %s", (declared, asked) => {
    expect(told(lintText(wizard(`type: ${declared}`, `key: PORT, type: ${asked}`)))).toEqual([
      `warning KG817 10:54 the wizard asks for \`PORT\` as ${asked}, but the configuration declares ${declared}`,
    ]);
  });

  it.each([
    ["integer", "number"],
    ["boolean", "checkbox"],
    ["string", "text"],
    ["string", "issue_type"],
    ["project", "text"],
  ])("KG817: %s matches %s", (declared, asked) => {
    expect(told(lintText(wizard(`type: ${declared}`, `key: PORT, type: ${asked}`)))).toEqual([]);
  });

  it("KG818: required in only one place", () => {
    expect(told(lintText(wizard("type: integer", "key: PORT, required: true")))).toEqual([
      "note KG818 10:58 the wizard requires `PORT`, but its configuration does not",
    ]);
    expect(told(lintText(wizard("type: integer, required: true", "key: PORT, required: false")))).toEqual([
      "note KG818 10:58 `PORT` is required, but optional in the wizard",
    ]);
    expect(told(lintText(wizard("type: string, secret: true", "key: PORT, required: true")))).toEqual([
      "note KG818 10:58 the wizard requires `PORT`, but its declaration does not",
    ]);
    expect(told(lintText(wizard('type: integer, default: "1"', "key: PORT, required: true")))).toEqual([]);
    expect(told(lintText(wizard("type: integer, required: 1", "key: PORT, required: false")))).toEqual([
      "error KG204 9:53 `extension.configuration.PORT.required` must be true or false, found `1`",
    ]);
  });

  it("KG819: asked for but not declared", () => {
    const text = wizard("type: integer", "key: PORTS, type: number");
    expect(told(lintText(text))).toEqual(["note KG819 10:42 the wizard asks for `PORTS`, which is not declared"]);
    expect(hintOf(text)).toBe("did you mean `PORT`?");
  });

  it("KG822: all defaults are quoted, or none", () => {
    const text = (a: string, b: string) =>
      manifest("configuration:", `  A: { type: integer, default: ${a} }`, `  B: { type: boolean, default: ${b} }`);
    expect(told(lintText(text('"1"', "true")))).toEqual([
      "note KG822 11:34 the default of `B` is not quoted, but 1 other is",
    ]);
    expect(
      toldUnder("KG822", lintText(text('"1"', "true").replace("  B", '  C: { type: number, default: "2" }\n    B'))),
    ).toEqual(["note KG822 12:34 the default of `B` is not quoted, but 2 others are"]);
    expect(told(lintText(text('"1"', '"true"')))).toEqual([]);
    expect(told(lintText(text("1", "true")))).toEqual([]);
  });

  it("KG823: different defaults", () => {
    expect(told(lintText(wizard('type: integer, default: "587"', "key: PORT, default: 25")))).toEqual([
      "warning KG823 10:57 the wizard's default of `PORT` differs from the configuration's on line 9",
    ]);
    expect(told(lintText(wizard('type: integer, default: "587"', "key: PORT, default: 587")))).toEqual([]);
  });
});

describe("mistakes that the parser finds", () => {
  it("are reported too: KG206, defaults that do not match their type or limits", () => {
    const text = manifest(
      "configuration:",
      '  A: { type: integer, default: "3.5" }',
      "  B: { type: template, default: abcdef, validation: { max_length: 5 } }",
    );
    expect(told(lintText(text))).toEqual([
      "error KG206 10:34 the default of `A` must be an integer, found `3.5`",
      "error KG206 11:35 the default of `B` has 6 characters, more than the 5 that `max_length` allows",
    ]);
  });

  it("are the only diagnostics if the file cannot be understood", () => {
    expect(told(lintText("a: 1\n"))).toEqual(["error KG202 1:1 unknown manifest format: found `a`"]);
  });
});
