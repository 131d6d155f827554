import type { Id } from "../../base/envelope.js";
import { defined } from "../../base/json.js";
import type { components } from "../api.gen.js";
import type { ApiClient } from "../client.js";
import type { CallsOf } from "./calls.js";
import { isoTime, listIn, objectIn, orNull, writtenIn } from "./read-answer.js";
import { type FromWire, fromWire } from "./wire-names.js";

// As in the API (fact 232).
type WireForm = components["schemas"]["IntakeForm"];
// As in the API (fact 234).
type WireSubmission = components["schemas"]["IntakeSubmission"];
type WireStats = components["schemas"]["IntakeStats"];

/** Members that contain the values of a form's fields. Their names are not changed. */
const freeData = ["data", "metadata"] as const;

type FreeData = (typeof freeData)[number];

/** An intake form. Times are RFC 3339. The options of a field are as Kiket answers them, with its names. */
export type IntakeForm = FromWire<WireForm, "options">;

/** A submission of an intake form. `data` and `metadata` have the form's own names. */
export type IntakeSubmission = FromWire<WireSubmission, FreeData>;

/** Counts of the submissions of a form. */
export type IntakeStats = FromWire<WireStats>;

type Values = Readonly<Record<string, unknown>>;

/** Which forms `list` returns. Default: all. */
export interface IntakeFormsQuery {
  /** Only active forms, or only the others. */
  readonly active?: boolean | undefined;
  /** Only public forms, or only the others. */
  readonly public?: boolean | undefined;
  /** Maximum number of forms. */
  readonly limit?: number | undefined;
}

/** Which submissions `listSubmissions` returns. Default: all. */
export interface SubmissionsQuery {
  readonly status?: IntakeSubmission["status"] | undefined;
  /** Maximum number of submissions. */
  readonly limit?: number | undefined;
  /** Only submissions created at or after this time. A string is ISO 8601. */
  readonly since?: Date | string | undefined;
}

/** Which submissions are counted. */
export interface StatsQuery {
  /** Counts only the last day, week or month. Default: all. */
  readonly period?: "day" | "week" | "month" | undefined;
}

// See facts 230 and 231.
/** The intake forms of one project. The parameter `form` is a form's key or id. */
export interface IntakeFormsEndpoint {
  /** The forms of the project. */
  list(query?: IntakeFormsQuery): Promise<IntakeForm[]>;
  /** `null` if there is no such form (404). */
  get(form: Id): Promise<IntakeForm | null>;
  /** Throws an `ApiError` if there is no such form (404). */
  getStats(form: Id, query?: StatsQuery): Promise<IntakeStats>;
  /** Throws an `ApiError` if there is no such form (404). */
  listSubmissions(form: Id, query?: SubmissionsQuery): Promise<IntakeSubmission[]>;
  /** `null` if there is no such submission (404). */
  getSubmission(form: Id, id: Id): Promise<IntakeSubmission | null>;
  /** What Kiket answers is not checked, since the submission then exists: members may be missing, also `id`. */
  createSubmission(form: Id, data: Values, metadata?: Values): Promise<Partial<IntakeSubmission>>;
  /** The same applies. */
  approveSubmission(form: Id, id: Id, notes?: string): Promise<Partial<IntakeSubmission>>;
  /** The same applies. */
  rejectSubmission(form: Id, id: Id, notes?: string): Promise<Partial<IntakeSubmission>>;
  /** The address of the form for everybody; `null` if the form is not public. Makes no call. */
  publicUrl(form: Pick<IntakeForm, "public" | "formUrl">): string | null;
}

const formsPath = "/api/v1/ext/intake_forms";
const formPath = "/api/v1/ext/intake_forms/{form_key}";
const statsPath = "/api/v1/ext/intake_forms/{form_key}/stats";
const submissionsPath = "/api/v1/ext/intake_forms/{form_key}/submissions";
const submissionPath = "/api/v1/ext/intake_forms/{form_key}/submissions/{submission_id}";
const approvePath = "/api/v1/ext/intake_forms/{form_key}/submissions/{submission_id}/approve";
const rejectPath = "/api/v1/ext/intake_forms/{form_key}/submissions/{submission_id}/reject";

export const intakeFormsCalls: CallsOf<IntakeFormsEndpoint> = {
  list: [`get ${formsPath}`],
  get: [`get ${formPath}`],
  getStats: [`get ${statsPath}`],
  listSubmissions: [`get ${submissionsPath}`],
  getSubmission: [`get ${submissionPath}`],
  createSubmission: [`post ${submissionsPath}`],
  approveSubmission: [`post ${approvePath}`],
  rejectSubmission: [`post ${rejectPath}`],
  publicUrl: [],
};

// See fact 233.
function readForm(form: WireForm): IntakeForm {
  return fromWire(form, ["options"]);
}

function formIn(body: unknown): IntakeForm {
  return readForm(objectIn<WireForm>(body, "intake form", "key"));
}

function submissionIn(body: unknown): IntakeSubmission {
  return fromWire(objectIn<WireSubmission>(body, "intake submission", "id"), freeData);
}

function writtenSubmission(body: unknown): Partial<IntakeSubmission> {
  return fromWire(writtenIn<WireSubmission>(body, "id"), freeData);
}

export function createIntakeFormsEndpoint(api: ApiClient, project: Id): IntakeFormsEndpoint {
  // As given in a query, as a string in a body (fact 231).
  const query = { project_id: project };
  const inBody = { project_id: String(project) };
  const formOf = (form: Id) => ({ form_key: String(form) });
  const submissionOf = (form: Id, id: Id) => ({ form_key: String(form), submission_id: id });

  const review = async (path: typeof approvePath | typeof rejectPath, form: Id, id: Id, notes: string | undefined) => {
    const body = { ...inBody, ...defined({ notes }) };
    return writtenSubmission((await api.POST(path, { params: { path: submissionOf(form, id) }, body })).data);
  };

  return {
    async list(wanted = {}) {
      const { active, public: isPublic, limit } = wanted;
      const params = { query: { ...query, ...defined({ active, public: isPublic, limit }) } };
      const forms = listIn<WireForm>((await api.GET(formsPath, { params })).data, "intake forms");
      return forms.map(readForm);
    },
    get: (form) =>
      orNull(api.GET(formPath, { params: { path: formOf(form), query } }).then(({ data }) => formIn(data))),
    async getStats(form, { period } = {}) {
      const params = { path: formOf(form), query: { ...query, ...defined({ period }) } };
      return fromWire(
        objectIn<WireStats>((await api.GET(statsPath, { params })).data, "statistics", "total_submissions"),
      );
    },
    async listSubmissions(form, { status, limit, since } = {}) {
      const filters = defined({ status, limit, since: isoTime(since) });
      const params = { path: formOf(form), query: { ...query, ...filters } };
      const found = listIn<WireSubmission>((await api.GET(submissionsPath, { params })).data, "intake submissions");
      return found.map((submission) => fromWire(submission, freeData));
    },
    getSubmission: (form, id) =>
      orNull(
        api
          .GET(submissionPath, { params: { path: submissionOf(form, id), query } })
          .then(({ data }) => submissionIn(data)),
      ),
    async createSubmission(form, data, metadata) {
      const body = { ...inBody, data, ...defined({ metadata }) };
      return writtenSubmission((await api.POST(submissionsPath, { params: { path: formOf(form) }, body })).data);
    },
    approveSubmission: (form, id, notes) => review(approvePath, form, id, notes),
    rejectSubmission: (form, id, notes) => review(rejectPath, form, id, notes),
    publicUrl: (form) => (form.public ? (form.formUrl ?? null) : null),
  };
}
