import type { manifestCodes } from "../../../generator/diagnostics/codes/manifest.js";
import type { nameCodes } from "../../../generator/diagnostics/codes/names.js";
import { type Case, extension, generating, linting, manifest } from "./case.js";

/** The manifest of an evidence adapter with one line of `metadata` and one of `spec`. */
function adapter(metadata: string, spec = ""): Case["files"] {
  return manifest(
    `apiVersion: kiket.dev/v1\nkind: Extension\nmetadata:\n  ${metadata}\nspec:\n  sourceSystem: a\n  ${spec}\n`,
  );
}

type ManifestCode = keyof typeof manifestCodes | keyof typeof nameCodes;

export const manifestCases: Readonly<Record<ManifestCode, Case>> = {
  KG201: generating(manifest("^[]\n")),
  KG202: generating(manifest("^fruit: apple\n")),
  KG203: generating(manifest("^identifier: shop\nname: Shop\n")),
  KG204: generating(extension("hooks: ^{ event: issue.created }")),
  KG205: generating(extension("hooks: [^{ template: welcome }]")),
  KG206: generating(extension("configuration: { PORT: { type: integer, default: ^a } }")),
  KG207: generating(extension("configuration: { PORT: { type: ^sorcery } }")),
  KG208: generating(extension("configuration: { PIN: { type: string } }", "secrets: [{ key: ^PIN }]")),
  KG209: generating(extension("secrets: [{ key: PIN }, { key: ^PIN }]")),
  KG210: generating(extension('hooks: [{ event: a.b, version: v1 }, { event: a.b, version: ^"1" }]')),
  KG211: generating(
    manifest("extension: {}\ndelivery: {}\nhooks: [^issue_created]\npermissions: []\nconfiguration: {}\n"),
  ),
  KG212: generating(
    extension(
      "configuration: { CITY: { type: string, default: Rome } }",
      "setup: [{ configure: { fields: [{ key: CITY, type: select, options: ^[Bern] }] } }]",
    ),
  ),
  KG213: generating(manifest("apiVersion: kiket.dev/v1\nkind: ^Spell\n")),
  KG214: generating(adapter("name: ^''")),
  KG215: generating(adapter("key: ^Gate")),
  KG216: generating(adapter("name: a", "ingestionScopes: ^[]")),
  KG217: generating(adapter("name: a", "retentionHints: { rawDays: ^0 }")),
  KG220: generating({ "kiket-webhook.yaml": "events: [case.created]\n^evnets: [case.updated]\n" }),
  KG221: generating({ "kiket-webhook.yaml": "events: ^[]\n" }),
  KG222: generating({ "kiket-webhook.yaml": "events: [case.created]\npath: ^/health\n" }),
  KG223: generating({ "kiket-webhook.yaml": "events: [^issue.created]\n" }),
  KG301: generating(extension("hooks: [{ event: ^a.b }, { event: a.B }]")),
  KG302: generating(extension("hooks: [{ event: ^con.created }]")),
  KG303: generating(extension(`hooks: [{ event: ^${"a".repeat(250)} }]`)),
  KG304: generating(extension("hooks: [{ event: ^issue.creatd }]")),
  KG835: linting(extension("configuration: { PORT: { type: ^int } }")),
  KG801: generating(extension("^permisions: [issues:read]")),
};
