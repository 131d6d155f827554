import { isJsonObject, type JsonObject } from "../../base/json.js";
import type { DataColumn, DataProblem } from "../../platform/inspector/data-view.js";
import type { PlatformSeed } from "../../platform/operations/index.js";
import type { Collection, CollectionInputs } from "./collection.js";
import { listCollection, withNextId } from "./list-collection.js";

const group = "Project";
const id: DataColumn = { name: "id", type: "id", isUnique: true, isSet: "once" };
const times: readonly DataColumn[] = [
  { name: "created_at", type: "timestamp" },
  { name: "updated_at", type: "timestamp" },
];
const column = (name: string, type: DataColumn["type"], more: Partial<DataColumn> = {}): DataColumn => ({
  ...more,
  name,
  type,
});
const needed = (name: string, type: DataColumn["type"], more: Partial<DataColumn> = {}): DataColumn =>
  column(name, type, { ...more, isRequired: true });

const issueColumns: readonly DataColumn[] = [
  column("key", "id", { isUnique: true, isSet: "once" }),
  column("title", "string"),
  column("status", "string"),
  column("priority", "string"),
  column("assignee", "json"),
  column("labels", "json"),
  column("issue_type", "string"),
  column("description", "text"),
  column("parent_key", "string"),
  column("project_id", "id"),
  column("custom_fields", "json"),
  id,
  ...times,
];

/** Whether a row belongs to the issue with this name. */
function isOf({ id, key }: JsonObject, name: unknown): boolean {
  return String(key) === String(name) || String(id) === String(name);
}

function issues(inputs: CollectionInputs): Collection {
  const { seed } = inputs;
  const list = seed.issues ?? [];
  return listCollection(
    {
      about: {
        id: "issues",
        title: "Issues",
        group,
        note: "The issues that calls find: those of deliveries, of calls, and those that you add here.",
        columns: issueColumns,
        isOpen: true,
      },
      key: "key",
      list,
      check({ labels = null, custom_fields: fields = null }): readonly DataProblem[] {
        const areTexts = labels === null || (Array.isArray(labels) && labels.every((one) => typeof one === "string"));
        return [
          ...(areTexts ? [] : [{ column: "labels", message: "must be a list of texts" }]),
          ...(fields === null || isJsonObject(fields)
            ? []
            : [{ column: "custom_fields", message: "must be an object" }]),
        ];
      },
      // The comments of an issue that is removed would have none.
      put: (issues) => ({
        ...seed,
        issues,
        comments: (seed.comments ?? []).filter(({ issue }) => issues.some((one) => isOf(one, issue))),
      }),
    },
    inputs,
  );
}

function comments(inputs: CollectionInputs): Collection {
  const { seed } = inputs;
  return listCollection(
    {
      about: {
        id: "comments",
        title: "Comments",
        group,
        note: "The comments of the issues: those of deliveries, of calls, and those that you add here.",
        columns: [
          needed("issue", "id", { isSet: "once" }),
          needed("body", "text"),
          column("author", "json"),
          id,
          ...times,
        ],
      },
      list: (seed.comments ?? []) as readonly object[] as readonly JsonObject[],
      put: (list) => ({ ...seed, comments: list as unknown as NonNullable<PlatformSeed["comments"]> }),
      check({ issue }): readonly DataProblem[] {
        if (issue === undefined || (seed.issues ?? []).some((one) => isOf(one, issue))) return [];
        return [{ column: "issue", message: "is neither the key nor the id of an issue here" }];
      },
    },
    inputs,
  );
}

function members(inputs: CollectionInputs): Collection {
  const { seed } = inputs;
  return listCollection(
    {
      about: {
        id: "members",
        title: "Members",
        group,
        note: "The people of the project, in lists of members and as assignees.",
        columns: [
          column("name", "string"),
          column("email", "string"),
          column("role", "string"),
          column("super_admin", "boolean"),
          column("deactivated", "boolean"),
          id,
          ...times,
        ],
        isOpen: true,
      },
      list: seed.members ?? [],
      put: (members) => ({ ...seed, members }),
      filled: withNextId,
    },
    inputs,
  );
}

function slaEvents(inputs: CollectionInputs): Collection {
  const { seed } = inputs;
  return listCollection(
    {
      about: {
        id: "sla-events",
        title: "SLA events",
        group,
        note: "What listing SLA events answers. Nothing but you adds one.",
        columns: [
          needed("issue_id", "id"),
          needed("project_id", "id"),
          needed("state", "string", { options: ["imminent", "breached", "recovered"] }),
          column("triggered_at", "timestamp"),
          column("resolved_at", "timestamp"),
          column("definition", "json"),
          column("metrics", "json"),
          id,
        ],
      },
      list: (seed.slaEvents ?? []) as readonly object[] as readonly JsonObject[],
      put: (list) => ({ ...seed, slaEvents: list as unknown as NonNullable<PlatformSeed["slaEvents"]> }),
      filled: withNextId,
    },
    inputs,
  );
}

type Form = NonNullable<PlatformSeed["intakeForms"]>[number];

function intakeForms(inputs: CollectionInputs): Collection {
  const { seed } = inputs;
  const forms = seed.intakeForms ?? [];
  const submissionsOf = (form: JsonObject) => forms.find((one) => one.id === form.id)?.submissions ?? [];
  return listCollection(
    {
      about: {
        id: "intake-forms",
        title: "Intake forms",
        group,
        note: "The forms whose submissions calls can list and create. Nothing but you adds one.",
        columns: [
          needed("key", "string", { isUnique: true }),
          needed("project_id", "id"),
          column("name", "string"),
          column("description", "text"),
          column("active", "boolean"),
          column("public", "boolean"),
          column("fields", "json"),
          column("form_url", "string"),
          column("embed_allowed", "boolean"),
          { ...id, type: "integer" },
          ...times,
        ],
      },
      list: forms.map(({ submissions: _, ...form }) => form),
      put: (list) => ({
        ...seed,
        intakeForms: list.map((form) => ({ ...form, submissions: submissionsOf(form) }) as unknown as Form),
      }),
      filled: withNextId,
      check({ fields }): readonly DataProblem[] {
        const isList = fields === undefined || (Array.isArray(fields) && fields.every(isJsonObject));
        return isList ? [] : [{ column: "fields", message: "must be a list of objects" }];
      },
    },
    inputs,
  );
}

function intakeSubmissions(inputs: CollectionInputs): Collection {
  const { seed } = inputs;
  const forms = seed.intakeForms ?? [];
  const list = forms.flatMap(({ key, submissions = [] }) => submissions.map((one) => ({ form: key, ...one })));
  return listCollection(
    {
      about: {
        id: "intake-submissions",
        title: "Submissions",
        group,
        note: "What was submitted to the intake forms, by calls and from here.",
        columns: [
          needed("form", "string", { isSet: "once" }),
          needed("data", "json"),
          column("status", "string", { options: ["pending", "approved", "rejected", "converted"] }),
          column("submitted_by_email", "string"),
          column("reviewed_by", "string"),
          column("reviewed_at", "timestamp"),
          column("notes", "text"),
          column("metadata", "json"),
          { ...id, type: "integer", isSet: "by Kiket" },
          ...times,
        ],
      },
      list,
      put: (rows) => ({
        ...seed,
        intakeForms: forms.map((form) => {
          const own = rows.filter((row) => row.form === form.key).map(({ form: _, ...row }) => row);
          return { ...form, submissions: own as unknown as NonNullable<Form["submissions"]> };
        }),
      }),
      filled: withNextId,
      check({ form, data }): readonly DataProblem[] {
        const isForm = form === undefined || forms.some(({ key }) => key === form);
        const isObject = data === undefined || isJsonObject(data);
        return [
          ...(isForm ? [] : [{ column: "form", message: "is not the key of an intake form here" }]),
          ...(isObject ? [] : [{ column: "data", message: "must be an object" }]),
        ];
      },
    },
    inputs,
  );
}

/** What belongs to the one project. */
export function workCollections(inputs: CollectionInputs): readonly Collection[] {
  return [issues, comments, members, slaEvents, intakeForms, intakeSubmissions].map((make) => make(inputs));
}
