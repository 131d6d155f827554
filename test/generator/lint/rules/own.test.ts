import { describe, expect, it } from "vitest";
import { lintText, manifest, module, told, toldUnder } from "../support.js";

function hintOf(text: string): string | undefined {
  return lintText(text)[0]?.hint;
}

describe("KG801 and KG802: keys", () => {
  it("that are misspelt, at every level", () => {
    const text = manifest(
      "permisions: [issues:read]",
      "hooks: [{ event: issue.created, retrys: 2 }]",
      "contributes: { comands: [] }",
      "configuration: { CITY: { type: string, requird: true } }",
    );
    expect(told(lintText(text))).toEqual([
      "warning KG801 9:3 `extension` has no key `permisions`",
      "warning KG801 10:35 `extension.hooks[0]` has no key `retrys`",
      "warning KG801 11:18 `extension.contributes` has no key `comands`",
      "warning KG801 12:42 `extension.configuration.CITY` has no key `requird`",
    ]);
    expect(hintOf(text)).toBe("did you mean `permissions`?");
  });

  it("that nothing is like", () => {
    expect(told(lintText(`${manifest("fruit: apple")}basket: {}\n`))).toEqual([
      "warning KG802 9:3 `extension` has no key `fruit`",
      "warning KG802 10:1 the file has no key `basket`",
    ]);
  });

  it("of modules, in both forms", () => {
    const permitted = manifest("custom_data: { permissions: [{ module: com.example.mail.log, operations: [read] }] }");
    const found = lintText(permitted, { modules: { log: `${module}tabels: {}\n` } });
    expect(told(found)).toEqual(["warning KG801 .kiket/modules/log/schema.yml:6:1 the file has no key `tabels`"]);
    const older = "module: { id: com.example.mail.log, tabels: [] }\n";
    expect(toldUnder("KG801", lintText(permitted, { modules: { log: older } }))).toEqual([
      "warning KG801 .kiket/modules/log/schema.yml:1:37 `module` has no key `tabels`",
    ]);
  });

  it("not below a key that is free or unknown, nor what begins with x-", () => {
    const text = `${manifest("x-owner: me", "fruit: { a: 1 }", "callback: { url: a, headers: { any: thing } }")}`;
    expect(toldUnder("KG801", lintText(text))).toEqual([]);
    expect(toldUnder("KG802", lintText(text))).toEqual(["warning KG802 10:3 `extension` has no key `fruit`"]);
  });

  it("named like what every object has", () => {
    expect(toldUnder("KG802", lintText(manifest("__proto__: {}", "constructor: 1")))).toEqual([
      "warning KG802 9:3 `extension` has no key `__proto__`",
      "warning KG802 10:3 `extension` has no key `constructor`",
    ]);
  });
});

describe("events", () => {
  it("KG803 and KG804: hooks and activation events are the same", () => {
    const text = manifest(
      "activationEvents: [issue.created, issue.commented]",
      "hooks: [{ event: issue.created }, { event: issue.assigned }]",
    );
    expect(told(lintText(text))).toEqual([
      "warning KG804 9:37 `issue.commented` wakes the extension, but no hook names it",
      "warning KG803 10:46 `issue.assigned` is not among the activation events",
    ]);
  });

  it("KG803 and KG804: point from a misspelt name to the other", () => {
    const found = lintText(manifest("activationEvents: [my.evnet]", "hooks: [{ event: my.event }]"));
    const hints = found.filter(({ code }) => code !== "KG807").map(({ code, hint }) => [code, hint]);
    expect(hints).toEqual([
      ["KG804", "did you mean `my.event`?"],
      ["KG803", "did you mean `my.evnet`?"],
    ]);
  });

  it("KG803 and KG804: say nothing where one list is absent, or a command is activated", () => {
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

  it("KG807: nobody documents the event", () => {
    const text = manifest("hooks: [{ event: isue.created }, { event: moon.rose }, { event: external.webhook.any }]");
    expect(told(lintText(text))).toEqual([
      "note KG807 9:20 nobody documents an event `isue.created`",
      "note KG807 9:45 nobody documents an event `moon.rose`",
    ]);
    expect(hintOf(text)).toBe("did you mean `issue.created`?");
  });

  it("KG816: SLA events", () => {
    expect(told(lintText(manifest("hooks: [{ event: sla.breach }]")))).toEqual([
      "note KG816 9:20 no known extension receives `sla.breach`",
    ]);
    expect(told(lintText(manifest("hooks: [{ event: workflow.sla_breach }, { event: workflow.sla_status }]")))).toEqual(
      ["note KG816 9:52 `workflow.sla_status` and `workflow.sla_breach` may tell of one incident twice"],
    );
    expect(told(lintText(manifest("hooks: [{ event: workflow.sla_status }]")))).toEqual([]);
  });

  it("KG821: issues and cases", () => {
    const text = manifest("hooks: [{ event: case.created }, { event: issue.created }, { event: issue.assigned }]");
    expect(told(lintText(text))).toEqual([
      "note KG821 9:45 `issue.created` and `case.created` may both arrive for one happening",
      "note KG821 9:71 `issue.assigned` stands beside `case.*` events",
    ]);
  });

  it("KG820: one name in two spellings", () => {
    const command = (id: string, event: string) =>
      manifest("contributes:", `  commands: [{ command: ${id}, handler: { type: extension_event, event: ${event} } }]`);
    expect(told(lintText(command("mail.sendSms", "mail.sendSMS")))).toEqual([
      "warning KG820 10:27 the command `mail.sendSms` and the event `mail.sendSMS` differ in spelling",
    ]);
    expect(told(lintText(command("twilio.sendSms", "twilio.sendSms")))).toEqual([
      "warning KG820 10:84 known extensions spell `twilio.sendSms` as `twilio.sendSMS`",
    ]);
    expect(told(lintText(command("mail.sync", "mail.syncNow")))).toEqual([]);
  });

  it("KG301: names that become one, as for generating", () => {
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

  it("KG806: one template for one version of an event", () => {
    const hook = (template: string, version: string) =>
      `  - { event: issue.created, version: ${version}, template: ${template} }`;
    const lines = ["configuration: { a: { type: template }, b: { type: template } }", "hooks:"];
    expect(told(lintText(manifest(...lines, hook("a", "v1"), hook("b", "v1"))))).toEqual([
      "warning KG806 12:54 `issue.created` is rendered with `a` on line 11 already",
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
  ])("KG808: %j prints issue.title", (text) => {
    expect(told(lintText(templated(text, "issue.title")))).toEqual([]);
  });

  it.each(["Hi issue.title", "{{ issue.titles }}", "{{ 'issue.title' }}", "{{ my.issue.title }}", ""])(
    "KG808: %j does not",
    (text) => {
      expect(told(lintText(templated(text, "issue.title")))).toEqual([
        "warning KG808 13:42 the default of `welcome` never prints `issue.title`, which it requires",
      ]);
    },
  );

  it("KG825: the vocabulary is that of the event", () => {
    const text = (event: string, template: string) =>
      manifest(
        `configuration: { welcome: { type: template, default: "${template}" } }`,
        `hooks: [{ event: ${event}, template: welcome }]`,
      );
    expect(told(lintText(text("case.created", "{{ issue.title }}")))).toEqual([
      "warning KG825 10:44 `welcome` prints `issue`, but the payload of `case.created` holds `case`",
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
      "warning KG811 9:30 `write:issues` is spelt unlike other permissions here, such as `issues:read`",
      "warning KG811 9:44 `users.read` is spelt unlike other permissions here, such as `issues:read`",
    ]);
    expect(lintText(text).map(({ hint }) => hint)).toEqual(["write `issues:write`", "write `users:read`"]);
    expect(told(lintText(manifest("permissions: [read:issues, write:issues]")))).toEqual([]);
    expect(told(lintText(manifest('permissions: [issues:read, "*"]')))).toEqual([]);
  });

  it("KG812: almost a known one", () => {
    const text = manifest("permissions: [isues:read, fruit:read]");
    expect(told(lintText(text))).toEqual(["warning KG812 9:17 nothing needs a permission `isues:read`"]);
    expect(hintOf(text)).toBe("did you mean `issues:read`?");
  });

  it("KG813: a command's are roles", () => {
    const text = manifest(
      "contributes:",
      "  commands:",
      "    - command: mail.ping",
      "      permissions: [manager, issues:read, issues.write]",
      "      handler: { type: extension_event, event: mail.ping }",
    );
    expect(told(lintText(text))).toEqual([
      "warning KG813 12:32 `issues:read` is a scope, where a role is needed",
      "warning KG813 12:45 `issues.write` is a scope, where a role is needed",
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

  it("KG814: the older spelling of a reference", () => {
    expect(told(lintText(signed("env:KIKET_WEBHOOK_SECRET")))).toEqual([
      "note KG814 8:54 `env:KIKET_WEBHOOK_SECRET` is the older spelling",
    ]);
    expect(hintOf(signed("env:KIKET_WEBHOOK_SECRET"))).toBe("write `env.KIKET_WEBHOOK_SECRET`");
    expect(toldUnder("KG814", lintText("id: a\ndelivery_secret: env:KIKET_WEBHOOK_SECRET\n"))).toEqual([]);
  });

  it("KG815: in clear text", () => {
    expect(told(lintText(signed("hunter2")))).toEqual([
      "warning KG815 8:54 `extension.callback.secret` holds a secret in clear text",
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
  ])("KG817: %s is not asked for as %s", (declared, asked) => {
    expect(told(lintText(wizard(`type: ${declared}`, `key: PORT, type: ${asked}`)))).toEqual([
      `warning KG817 10:54 the wizard asks for \`PORT\` as ${asked}, the configuration declares ${declared}`,
    ]);
  });

  it.each([
    ["integer", "number"],
    ["boolean", "checkbox"],
    ["string", "text"],
    ["string", "issue_type"],
    ["project", "text"],
  ])("KG817: %s agrees with %s", (declared, asked) => {
    expect(told(lintText(wizard(`type: ${declared}`, `key: PORT, type: ${asked}`)))).toEqual([]);
  });

  it("KG818: required in one place only", () => {
    expect(told(lintText(wizard("type: integer", "key: PORT, required: true")))).toEqual([
      "note KG818 10:58 the wizard requires `PORT`, its configuration does not",
    ]);
    expect(told(lintText(wizard("type: integer, required: true", "key: PORT, required: false")))).toEqual([
      "note KG818 10:58 `PORT` is required, but the wizard lets it be left out",
    ]);
    expect(told(lintText(wizard('type: integer, default: "1"', "key: PORT, required: true")))).toEqual([]);
    expect(told(lintText(wizard("type: integer, required: 1", "key: PORT, required: false")))).toEqual([
      "error KG204 9:53 `extension.configuration.PORT.required` must be true or false, found `1`",
    ]);
  });

  it("KG819: asked for and not declared", () => {
    const text = wizard("type: integer", "key: PORTS, type: number");
    expect(told(lintText(text))).toEqual(["note KG819 10:42 the wizard asks for `PORTS`, which nothing declares"]);
    expect(hintOf(text)).toBe("did you mean `PORT`?");
  });

  it("KG822: defaults all quoted or all native", () => {
    const text = (a: string, b: string) =>
      manifest("configuration:", `  A: { type: integer, default: ${a} }`, `  B: { type: boolean, default: ${b} }`);
    expect(told(lintText(text('"1"', "true")))).toEqual([
      "note KG822 11:34 the default of `B` is not quoted, 1 others are",
    ]);
    expect(told(lintText(text('"1"', '"true"')))).toEqual([]);
    expect(told(lintText(text("1", "true")))).toEqual([]);
  });

  it("KG823: two defaults", () => {
    expect(told(lintText(wizard('type: integer, default: "587"', "key: PORT, default: 25")))).toEqual([
      "warning KG823 10:57 the wizard's default of `PORT` is not the configuration's on line 9",
    ]);
    expect(told(lintText(wizard('type: integer, default: "587"', "key: PORT, default: 587")))).toEqual([]);
  });
});

describe("what the parser finds", () => {
  it("is said as well: KG206, defaults that do not fit their type or limits", () => {
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

  it("is all there is where the file cannot be understood", () => {
    expect(told(lintText("a: 1\n"))).toEqual(["error KG202 1:1 this is no known manifest shape: found `a`"]);
  });
});
