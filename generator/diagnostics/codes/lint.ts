import type { CodeEntry } from "./entry.js";

export type LintCode =
  | "KG801"
  | "KG802"
  | "KG803"
  | "KG804"
  | "KG805"
  | "KG806"
  | "KG807"
  | "KG808"
  | "KG809"
  | "KG810"
  | "KG811"
  | "KG812"
  | "KG813"
  | "KG814"
  | "KG815"
  | "KG816"
  | "KG817"
  | "KG818"
  | "KG819"
  | "KG820"
  | "KG821"
  | "KG822"
  | "KG823"
  | "KG824"
  | "KG825"
  | "KG826";

/** What `kiket-gen lint` says beyond the platform's own linter. */
export const lintCodes: Readonly<Record<LintCode, CodeEntry>> = {
  KG801: {
    severity: "warning",
    title: "misspelt key",
    explanation:
      "The key is not one that this kind of manifest has, but almost. Unknown keys are dropped without a trace by every reader, so what it says has no effect. Keys that start with `x-` are yours and are left alone.",
  },
  KG802: {
    severity: "warning",
    title: "unknown key",
    explanation:
      "The key is not one that this kind of manifest has at this place. No reader rejects it and none acts on it. Keys that start with `x-` are yours and are left alone.",
  },
  KG803: {
    severity: "warning",
    title: "hooked event is not activated",
    explanation:
      "`activationEvents` lists what wakes the extension. An event that is only among the hooks may never be delivered. Add it to `activationEvents`.",
  },
  KG804: {
    severity: "warning",
    title: "activated event is not hooked",
    explanation:
      "The event wakes the extension, but no hook, command, action or setup step names it. Add a hook or remove it.",
  },
  KG805: {
    severity: "error",
    title: "hook's template does not exist",
    explanation:
      "`hooks[].template` must be a key of the configuration, of type template, html, text or string; the platform renders it for the event.",
  },
  KG806: {
    severity: "warning",
    title: "two templates for one event",
    explanation:
      "Two hooks subscribe to one version of one event and name different templates. Only one can be rendered.",
  },
  KG807: {
    severity: "note",
    title: "event that nobody documents",
    explanation:
      "No documentation, fixture or known extension has an event of this name, so its payload is typed by the envelope alone and it may never be sent. External webhooks are `external.webhook.<action>`; commands and actions of your own are declared under `contributes`.",
  },
  KG808: {
    severity: "warning",
    title: "template lacks a required variable",
    explanation:
      "`validation.required_variables` names a variable that the default template never prints, so the default fails its own validation.",
  },
  KG809: {
    severity: "warning",
    title: "permission for a module that is not there",
    explanation:
      "`custom_data` names a module that the extension does not ship and that is none of the platform's (`kiket.…`). Its tables are untyped, and access fails unless another extension brings it.",
  },
  KG810: {
    severity: "warning",
    title: "secret with a default",
    explanation:
      "A default in the manifest is public, and it is never used: a secret comes from the delivery or from the environment. Remove it, and change the secret if it was a real one.",
  },
  KG811: {
    severity: "warning",
    title: "scopes in several spellings",
    explanation:
      "The manifest spells its permissions in more than one way. `issues:read`, `issues.read` and `read:issues` mean one scope, but only `issues:read` is what the platform's own manifests declare. Use it everywhere.",
  },
  KG812: {
    severity: "warning",
    title: "misspelt permission",
    explanation: "The permission is none that a known operation or manifest uses, but almost.",
  },
  KG813: {
    severity: "warning",
    title: "scope in the place of a role",
    explanation:
      "`permissions` of a command lists the roles of people who may run it, such as manager; elsewhere the same key lists scopes. A scope here lets nobody run the command.",
  },
  KG814: {
    severity: "note",
    title: "older spelling of a secret reference",
    explanation:
      "`env:NAME` was replaced by `env.NAME` in the platform's manifests in January 2026. Write `env.NAME`. Flat manifests are left alone: the Python SDK understands the older spelling only.",
  },
  KG815: {
    severity: "warning",
    title: "secret in clear text",
    explanation:
      "The signing secret stands in the manifest itself, for everybody who can read the repository. Name an environment variable (`env.NAME`) and change the secret.",
  },
  KG816: {
    severity: "note",
    title: "doubtful name of an SLA event",
    explanation:
      "Manifests subscribe to `workflow.sla_breach` and SDKs document `workflow.sla_status`; `sla.warning` and `sla.breach` stand in the documentation only, and no known extension receives them. Subscribing under several names may handle one incident twice.",
  },
  KG817: {
    severity: "warning",
    title: "wizard and configuration differ in type",
    explanation:
      "The setup wizard asks for another type of value than the configuration declares. The configuration decides. The vocabularies differ (integer and number, boolean and checkbox, string and text or select) and those pairs agree.",
  },
  KG818: {
    severity: "note",
    title: "wizard and configuration differ in `required`",
    explanation:
      "The value is required in one of the two places only. The type follows the configuration: it is `T | undefined` unless the configuration requires it or has a default.",
  },
  KG819: {
    severity: "note",
    title: "wizard asks for an undeclared key",
    explanation:
      "The setup wizard asks for a key that is neither in the configuration nor among the secrets. It becomes a setting or a secret all the same, but nothing declares its scope and no other screen shows it.",
  },
  KG820: {
    severity: "warning",
    title: "one name, two spellings",
    explanation:
      "Two names differ only in upper and lower case or in punctuation, such as `mail.sendSMS` and `mail.sendSms`. The platform compares names exactly, so one of them is never reached.",
  },
  KG821: {
    severity: "note",
    title: "issue and case events mixed",
    explanation:
      "`case.*` replaced `issue.*` in May 2026. Both generate, but a manifest that subscribes to both may see one happening twice. `kiket-gen rename --vocabulary case` moves a project.",
  },
  KG822: {
    severity: "note",
    title: "quoted and native defaults mixed",
    explanation:
      "Some defaults of this configuration are quoted text and others native values. Both are read by their declared type, but the platform's own manifests quote all of them.",
  },
  KG823: {
    severity: "warning",
    title: "wizard and configuration differ in default",
    explanation:
      "The setup wizard offers another default than the configuration has, so the value depends on whether somebody went through the wizard.",
  },
  KG824: {
    severity: "note",
    title: "dialect unknown to the platform's linter",
    explanation:
      "The platform's own linter reads nested manifests with an `extension` map only. On this one it would report L0, or L2, L3, L4 and L6, which says nothing about the manifest, so L0 to L11, L14 and L15 are left out. The other rules hold wherever the manifest has what they look at.",
  },
  KG825: {
    severity: "warning",
    title: "template of the other vocabulary",
    explanation:
      "The payload of `case.*` events holds `case` and that of `issue.*` events `issue`. A template that prints the other one prints nothing.",
  },
  KG826: {
    severity: "note",
    title: "schema of an event that the manifest does not name",
    explanation:
      "A file in the folder of --events describes an event that is neither in the manifest nor known of the platform, so no type comes of it. The name is perhaps misspelt in one of the two places; where several extensions share the folder there is nothing to do.",
  },
};
