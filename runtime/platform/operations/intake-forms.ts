import type { Id } from "../../base/envelope.js";
import type { JsonObject } from "../../base/json.js";
import { type Clock, timestamp } from "../clock.js";
import {
  type Answer,
  type Behaviour,
  created,
  notFound,
  ok,
  type StoredBehaviour,
  unprocessable,
} from "../http/operation.js";

/** A field of an intake form, with the names of the API. */
export interface IntakeFieldSeed {
  readonly key: string;
  readonly label: string;
  readonly field_type: string;
  /** Not enforced here. */
  readonly required: boolean;
  readonly options?: readonly (string | JsonObject)[] | JsonObject | null;
  readonly placeholder?: string | null;
  readonly help_text?: string | null;
}

/** An initial submission. A missing id, status (`pending`) or timestamp is added. */
export interface SubmissionSeed {
  readonly id?: number;
  /** Default `pending`. */
  readonly status?: SubmissionStatus;
  readonly data: JsonObject;
  readonly metadata?: JsonObject | null;
  readonly submitted_by_email?: string | null;
  /** Who approved or rejected it. */
  readonly reviewed_by?: string | null;
  /** RFC 3339. Default: null. */
  readonly reviewed_at?: string | null;
  readonly notes?: string | null;
  /** RFC 3339. Default: now. */
  readonly created_at?: string;
  /** Default: `created_at`. */
  readonly updated_at?: string;
}

// See fact 232.
/** An initial intake form. By default it is active, private and has no fields. */
export interface IntakeFormSeed {
  /** Default: 1, 2, 3 and so on. */
  readonly id?: number;
  readonly key: string;
  /** Forms are found only in their own project. */
  readonly project_id: Id;
  readonly name?: string;
  readonly description?: string | null;
  /** Default true. */
  readonly active?: boolean;
  /** Default false. */
  readonly public?: boolean;
  readonly fields?: readonly IntakeFieldSeed[];
  /** Default: null. */
  readonly form_url?: string | null;
  readonly embed_allowed?: boolean;
  readonly created_at?: string;
  readonly updated_at?: string;
  /** Default: none. */
  readonly submissions?: readonly SubmissionSeed[];
}

type SubmissionStatus = "pending" | "approved" | "rejected" | "converted";

interface Submission {
  readonly id: number;
  readonly intake_form_id: number;
  readonly status: SubmissionStatus;
  readonly data: JsonObject;
  readonly metadata: JsonObject | null;
  readonly submitted_by_email: string | null;
  readonly reviewed_by: string | null;
  readonly reviewed_at: string | null;
  readonly notes: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

interface Form {
  readonly projectId: Id;
  readonly form: Readonly<Record<string, unknown>> & { readonly id: number; readonly key: string };
  readonly submissions: Map<string, Submission>;
}

type Operations =
  | "listIntakeForms"
  | "getIntakeForm"
  | "listIntakeSubmissions"
  | "createIntakeSubmission"
  | "getIntakeSubmission"
  | "approveIntakeSubmission"
  | "rejectIntakeSubmission"
  | "getIntakeStats";

const periods = { day: 86_400_000, week: 7 * 86_400_000, month: 30 * 86_400_000 } as const;

export function createIntakeForms(
  seed: readonly IntakeFormSeed[],
  now: Clock,
): StoredBehaviour<Operations, readonly IntakeFormSeed[]> {
  let lastSubmission = 0;
  const started = timestamp(now());
  const forms = seed.map(createForm);

  function createForm(
    { project_id, submissions = [], fields = [], id: givenId, ...given }: IntakeFormSeed,
    index: number,
  ): Form {
    const id = givenId ?? index + 1;
    const made: Form = {
      projectId: project_id,
      form: {
        id,
        name: given.key,
        description: null,
        active: true,
        public: false,
        fields: fields.map((field) => ({ options: null, placeholder: null, help_text: null, ...field })),
        form_url: null,
        embed_allowed: false,
        created_at: started,
        updated_at: started,
        ...given,
      },
      submissions: new Map(),
    };
    for (const submission of submissions) add(made, submission);
    return made;
  }

  function add({ form, submissions }: Form, given: SubmissionSeed): Submission {
    const time = given.created_at ?? timestamp(now());
    const id = given.id ?? lastSubmission + 1;
    lastSubmission = Math.max(lastSubmission, id);
    const submission: Submission = {
      id,
      intake_form_id: form.id,
      status: given.status ?? "pending",
      data: given.data,
      metadata: given.metadata ?? null,
      submitted_by_email: given.submitted_by_email ?? null,
      reviewed_by: given.reviewed_by ?? null,
      reviewed_at: given.reviewed_at ?? null,
      notes: given.notes ?? null,
      created_at: time,
      updated_at: given.updated_at ?? time,
    };
    submissions.set(String(submission.id), submission);
    return submission;
  }

  /** By key or id (fact 230). */
  function find(key: string, projectId: Id): Form | undefined {
    return forms.find(
      (form) => (form.form.key === key || String(form.form.id) === key) && String(form.projectId) === String(projectId),
    );
  }

  function review({ path, body, caller }: ReviewCall, status: "approved" | "rejected"): Answer {
    const form = find(path.form_key, body.project_id);
    const submission = form?.submissions.get(path.submission_id);
    if (form === undefined || submission === undefined) return notFound("Submission");
    if (submission.status !== "pending") return unprocessable(`Submission is already ${submission.status}`);
    const time = timestamp(now());
    const reviewed: Submission = {
      ...submission,
      status,
      reviewed_by: caller,
      reviewed_at: time,
      notes: body.notes ?? null,
      updated_at: time,
    };
    form.submissions.set(path.submission_id, reviewed);
    return ok(reviewed);
  }

  const behaviour: Behaviour<Operations> = {
    listIntakeForms({ query }) {
      const found = forms.filter(
        ({ projectId, form }) =>
          String(projectId) === String(query.project_id) &&
          (query.active === undefined || form.active === query.active) &&
          (query.public === undefined || form.public === query.public),
      );
      return ok({ data: found.slice(0, query.limit).map(withCount) });
    },
    getIntakeForm({ path, query }) {
      const form = find(path.form_key, query.project_id);
      return form === undefined ? notFound("Form") : ok(withCount(form));
    },
    listIntakeSubmissions({ path, query }) {
      const form = find(path.form_key, query.project_id);
      if (form === undefined) return notFound("Form");
      const since = query.since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(query.since);
      const found = [...form.submissions.values()].filter(
        ({ status, created_at }) =>
          (query.status === undefined || status === query.status) && Date.parse(created_at) >= since,
      );
      return ok({ data: found.slice(0, query.limit) });
    },
    createIntakeSubmission({ path, body }) {
      const form = find(path.form_key, body.project_id);
      if (form === undefined) return notFound("Form");
      return created(add(form, { data: body.data, metadata: body.metadata ?? null }));
    },
    getIntakeSubmission({ path, query }) {
      const submission = find(path.form_key, query.project_id)?.submissions.get(path.submission_id);
      return submission === undefined ? notFound("Submission") : ok(submission);
    },
    approveIntakeSubmission: (call) => review(call, "approved"),
    rejectIntakeSubmission: (call) => review(call, "rejected"),
    getIntakeStats({ path, query }) {
      const form = find(path.form_key, query.project_id);
      if (form === undefined) return notFound("Form");
      const from = query.period === undefined ? Number.NEGATIVE_INFINITY : now() - periods[query.period];
      const counted = [...form.submissions.values()].filter(({ created_at }) => Date.parse(created_at) >= from);
      const count = (wanted: SubmissionStatus): number => counted.filter(({ status }) => status === wanted).length;
      return ok({
        total_submissions: counted.length,
        pending: count("pending"),
        approved: count("approved"),
        rejected: count("rejected"),
        converted: count("converted"),
        period: query.period ?? null,
      });
    },
  };

  return {
    behaviour,
    snapshot: () =>
      forms.map(({ projectId, form, submissions }) => ({
        ...form,
        project_id: projectId,
        submissions: [...submissions.values()].map(({ intake_form_id: _, ...submission }) => submission),
      })),
  };
}

interface ReviewCall {
  readonly path: { readonly form_key: string; readonly submission_id: string };
  readonly body: { readonly project_id: Id; readonly notes?: string };
  readonly caller: string | null;
}

function withCount({ form, submissions }: Form): object {
  return { ...form, submissions_count: submissions.size };
}
