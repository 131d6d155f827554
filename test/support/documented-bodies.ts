/**
 * The bodies that documentation, fixtures and official code show for each family of envelopes (facts 801 to 806), with every member
 * that is recorded for the family, for each event that is recorded in it. The values are made up.
 */

/** One body, by what it shows. */
export interface DocumentedBody {
  readonly family: "webhook" | "webhook-v1" | "webhook-flat" | "catalog" | "replay" | "runtime";
  readonly event: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const at = "2026-05-11T14:20:00Z";
const actor = { id: "usr_8", email: "sam@lane.example" };
const move = { from: "review", to: "approved" };

/** `data` of a webhook about an issue or a case, by the last part of the event's name. */
function webhookData(event: string, subject: object): object {
  if (/^(?:workflow|workspace|ai)\./.test(event)) return { actor };
  const [, kind = ""] = event.split(".");
  const own: Readonly<Record<string, object>> = {
    transitioned: move,
    commented: { comment: { id: 31, body: "Signed.", author: actor, createdAt: at, updatedAt: at } },
    requested: { approval: { id: "apr_3", step: 1 } },
    granted: { approval: { id: "apr_3", step: 1 } },
    denied: { approval: { id: "apr_3", step: 1 } },
    decided: { approval: { id: "apr_3", step: 1 } },
  };
  return { ...subject, ...own[kind], actor };
}

/** Facts 802 and 811: the catalogue of issues with a project, and the newest with cases and a workspace. */
function webhook(event: string, isNewest: boolean): DocumentedBody {
  const subject = isNewest
    ? { case: { id: "cas_9", processId: "prc_2", title: "Onboard Delta Freight", currentStateKey: "approved" } }
    : { issue: { id: "LANE-204", title: "Onboard Delta Freight" } };
  const place = isNewest ? { workspaceId: "ws_7" } : { projectKey: "LANE" };
  const data = webhookData(event, subject);
  return {
    family: "webhook",
    event,
    body: { id: "evt_40", type: event, createdAt: at, organizationId: "org_6", ...place, data },
  };
}

/** The shorter form of another page of the documentation. */
const shortWebhook: DocumentedBody = {
  family: "webhook",
  event: "issue.created",
  body: { id: "evt_43", type: "issue.created", data: { issue: { id: "LANE-204", title: "Onboard Delta Freight" } } },
};

/** Fact 803. */
function webhookV1(event: string): DocumentedBody {
  const transition = event.endsWith(".transitioned") ? { transition: { ...move, performed_by: actor.email } } : {};
  const data = { issue: { key: "LANE-204", title: "Onboard Delta Freight" }, ...transition };
  const project = { slug: "lane", name: "Lane Logistics" };
  return { family: "webhook-v1", event, body: { id: "evt_41", event, occurred_at: at, project, data } };
}

/** Fact 804: every member that is recorded, whatever the event. */
function webhookFlat(event: string, subject = "issue_id", assignee: number | null = 70): DocumentedBody {
  const isComment = event.includes("comment");
  const author = { id: 70, name: "Olu Ade", email: "olu@lane.example" };
  return {
    family: "webhook-flat",
    event,
    body: {
      event,
      timestamp: at,
      organization_id: 6,
      [subject]: 2044,
      project_id: 31,
      title: "Onboard Delta Freight",
      status: "approved",
      previous_status: "review",
      issue_type: "Onboarding",
      priority: "high",
      assignee_id: assignee,
      custom_fields: { lineNo: 3 },
      labels: ["freight"],
      ...(isComment ? { comment_id: 77120, author, body: "Insurance certificate attached." } : {}),
    },
  };
}

/** Fact 805. The members of `payload` are recorded of no event; those of a transition follow from fact 810. */
function catalog(event: string): DocumentedBody {
  const isTransition = event === "issue.transitioned";
  const payload = isTransition
    ? { issue: { id: 9, title: "Grease the bearing" }, transition: move }
    : { project_id: 31 };
  return { family: "catalog", event, body: { event, id: "evt_42", timestamp: at, organization_id: 6, payload } };
}

/** Fact 806. */
function replay(event: string, event_type: string): DocumentedBody {
  const transition = event_type.endsWith("transition") ? { transition: { ...move, performed_by: actor.email } } : {};
  const issue = { id: 57, title: "Ship release 4.2", status: "review", project_id: 19, organization_id: 5 };
  return {
    family: "replay",
    event,
    body: { event, event_type, issue, ...transition, template_hint: "guard", secrets: { REGION: "north" } },
  };
}

const authentication = {
  token_type: "runtime",
  runtime_token: "a.b.c",
  expires_at: "2026-05-11T14:30:00Z",
  scopes: ["issues:read"],
};

/** The only delivery that is recorded whole (fact 859). */
const slaStatus: DocumentedBody = {
  family: "runtime",
  event: "workflow.sla_status",
  body: {
    event: "workflow.sla_status",
    event_version: "v1",
    issue: { id: 742, project_id: 61, title: "Calibrate scale 3" },
    definition: { id: 9, status: "in_progress", issue_type: "Task" },
    metrics: { duration_minutes: 455, overdue_minutes: 15 },
    authentication,
    secrets: { REGION: "north" },
    secret_status: { missing: ["PAGER_KEY"] },
    api: { base_url: "https://orchard.example", runtime_header: "X-Kiket-Runtime-Token" },
    context: { user_id: 70, workspace: "orchard" },
  },
};

/** Members that the code of the Jira extension reads (fact 844). */
const jiraTransition: DocumentedBody = {
  family: "runtime",
  event: "jira.webhooks.kiket.issue_transitioned",
  body: {
    event: "jira.webhooks.kiket.issue_transitioned",
    issue_id: "742",
    from_status: "open",
    to_status: "done",
    authentication,
  },
};

/** What an SDK's example and the tests of a scaffold have: organization and project beside the issue (facts 140 and 807). */
const projectBeside: DocumentedBody = {
  family: "runtime",
  event: "issue.created",
  body: {
    event: "issue.created",
    event_version: "v1",
    issue: { id: 1, title: "A" },
    organization_id: 3,
    project_id: 27,
    authentication,
  },
};

const olderEvents =
  "issue.created issue.updated issue.transitioned issue.assigned issue.commented sla.warning sla.breach approval.requested approval.granted approval.denied workflow.updated ai.suggested";

/** The newest catalogue of webhooks (fact 811). */
export const newestEvents: readonly string[] =
  "case.created case.updated case.transitioned case.assigned case.commented sla.warning sla.breach approval.requested approval.decided workspace.updated".split(
    " ",
  );

const flatEvents =
  "issue.created issue.updated issue.transitioned issue.assigned issue.commented issue.status_changed issue.closed comment.created comment.added";
const flatCases =
  "case.created case.updated case.transitioned case.assigned case.commented case.status_changed case.closed comment.created";
const catalogEvents =
  "issue.transitioned extension.delivery.started extension.delivery.completed extension.delivery.failed extension.installation marketplace.installation.created workflow.synced workflow.issue.transitioned workflow.issue.assignment.updated workflow.approval.requested workflow.approval.resolved board.generated analytics.metric_alert";

const words = (text: string): readonly string[] => text.split(" ");

export const documentedBodies: readonly DocumentedBody[] = [
  ...words(olderEvents).map((event) => webhook(event, false)),
  ...newestEvents.map((event) => webhook(event, true)),
  shortWebhook,
  ...["issue.created", "issue.transitioned"].map(webhookV1),
  ...words(flatEvents).map((event) => webhookFlat(event)),
  ...words(flatCases).map((event) => webhookFlat(event, "case_id")),
  webhookFlat("issue.assigned", "issue_id", null),
  ...words(catalogEvents).map(catalog),
  ...["before_transition", "after_transition"].map((name) => replay(`workflow.${name}`, name)),
  ...["created", "updated"].map((name) => replay(`issue.${name}`, `issue_${name}`)),
  slaStatus,
  jiraTransition,
  projectBeside,
];
