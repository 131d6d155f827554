import type { Rule } from "../rule.js";
import * as adapters from "./adapters.js";
import * as delivery from "./delivery.js";
import * as disk from "./disk.js";
import * as eventPaths from "./event-paths.js";
import * as events from "./events.js";
import * as hooks from "./hooks.js";
import * as identity from "./identity.js";
import * as keys from "./keys.js";
import * as modules from "./modules.js";
import * as outputFields from "./output-fields.js";
import * as permissions from "./permissions.js";
import * as secrets from "./secrets.js";
import * as setup from "./setup.js";
import * as setupConfigure from "./setup-configure.js";
import * as setupSecrets from "./setup-secrets.js";
import * as templates from "./templates.js";
import * as wizardAgreement from "./wizard-agreement.js";

/** A file of rules exports only rules, so all its exports are in the list. */
const subjects: readonly Readonly<Record<string, Rule>>[] = [
  disk,
  identity,
  delivery,
  modules,
  setup,
  setupSecrets,
  setupConfigure,
  outputFields,
  keys,
  events,
  eventPaths,
  hooks,
  templates,
  permissions,
  secrets,
  wizardAgreement,
  adapters,
];

export const rules: readonly Rule[] = subjects.flatMap(Object.values<Rule>);
