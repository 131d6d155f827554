import { diagnose } from "../diagnostics/diagnose.js";
import { type Diagnostic, inOrder } from "../diagnostics/diagnostic.js";
import type { Format } from "../model/format.js";
import type { Model } from "../model/model.js";
import { isWebhookFile } from "../project/manifest-places.js";
import type { MapNode, Reporter } from "../yaml/node.js";
import { readYaml, type Source } from "../yaml/read-yaml.js";
import { assemble, type Draft } from "./assemble.js";
import { readCanonical } from "./formats/canonical.js";
import { readDeliveryMap } from "./formats/delivery-map.js";
import { detect } from "./formats/detect.js";
import { readEvidenceAdapter } from "./formats/evidence-adapter.js";
import { readFlat } from "./formats/flat.js";
import { readLegacyJson } from "./formats/legacy-json.js";
import { readMarketplace } from "./formats/marketplace.js";
import { readScaffold } from "./formats/scaffold.js";
import { readVersionTwo } from "./formats/version-two.js";
import { readWebhook } from "./formats/webhook.js";
import { type ModuleRoot, parseModules, readModules } from "./modules/parse.js";

export interface ManifestSources {
  readonly manifest?: Source;
  readonly modules: readonly Source[];
}

export interface Parsed {
  /** `undefined` if the format of the manifest is unknown. If there are errors among the diagnostics, the model is incomplete. */
  readonly model: Model | undefined;
  /** Sorted by file, line and column. */
  readonly diagnostics: readonly Diagnostic[];
  /** The module files that are maps. */
  readonly modules: readonly ModuleRoot[];
  /** The content of the manifest, for code that needs more than the model has; `undefined` if it is not a map. */
  readonly root: MapNode | undefined;
  /** What the model is made from, before declarations are merged. */
  readonly draft: Draft | undefined;
}

const readers: Readonly<Record<Format, (root: MapNode, report: Reporter) => Draft>> = {
  canonical: readCanonical,
  "canonical-1.1": readDeliveryMap,
  scaffold: (root, report) => readScaffold("scaffold", root, report),
  "scaffold-text": (root, report) => readScaffold("scaffold-text", root, report),
  marketplace: readMarketplace,
  "flat-settings": (root, report) => readFlat("flat-settings", root, report),
  "flat-properties": (root, report) => readFlat("flat-properties", root, report),
  minimal: (root, report) => readFlat("minimal", root, report),
  "evidence-adapter": readEvidenceAdapter,
  "legacy-json": readLegacyJson,
  "version-two": readVersionTwo,
  webhook: readWebhook,
};

function readRoot(source: Source, report: Reporter): MapNode | undefined {
  const root = readYaml(source, report);
  if (root === undefined) return undefined;
  if (root.kind !== "map") {
    const what =
      root.kind === "scalar" && root.value === null ? "empty" : `a ${root.kind === "list" ? "list" : "value"}`;
    const hint = isWebhookFile(source.path) ? "start with `events`" : "start with `model_version` and `extension`";
    report(diagnose("KG201", root.at, `the manifest is ${what}, not a map`, hint));
    return undefined;
  }
  return root;
}

function readDraft(root: MapNode, report: Reporter): Draft | undefined {
  const format = detect(root, report);
  return format && readers[format](root, report);
}

/** Turns the text of a manifest and of its module files into the model. Reports all mistakes, not only the first. */
export function parse({ manifest, modules }: ManifestSources): Parsed {
  const diagnostics: Diagnostic[] = [];
  const report: Reporter = (diagnostic) => diagnostics.push(diagnostic);
  const roots = readModules(modules, report);
  const root = manifest && readRoot(manifest, report);
  const draft = root && readDraft(root, report);
  const ids = (draft?.dataAccess ?? []).filter(({ form }) => form === "permissions").map(({ module }) => module);
  const files = parseModules(roots, report, { extensionId: draft?.id, ids });
  const model = manifest && draft && assemble(draft, manifest.path, files, report);
  return { model, diagnostics: inOrder(diagnostics), modules: roots, root, draft };
}
