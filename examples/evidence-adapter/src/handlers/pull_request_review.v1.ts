import { defineNormalizer, originOf } from "../generated/evidence.gen.js";
import { linkTo } from "../link.js";
import { objectIn, pullRequestIn, textIn } from "../pull-request.js";

export default defineNormalizer("pull_request_review", (rawEvent) => {
  const { receivedAt, payload } = rawEvent;
  const { key, title, caseId } = pullRequestIn(payload);
  const review = objectIn(payload.review);
  const state = textIn(review, "state");
  const reviewer = textIn(objectIn(review.user), "login");
  const approved = state === "approved";
  const base = `pull_request_review:${key}:${reviewer}:${state}`;
  return {
    ...originOf(rawEvent),
    caseId,
    eventType: approved ? "approval.recorded" : "evidence.observed",
    sourceObjectId: key,
    actor: { type: "user", id: reviewer },
    subject: { type: "pull_request", id: key },
    occurredAt: textIn(review, "submitted_at"),
    attributes: { state },
    dedupeKey: `github:${base}`,
    // Only an approval is evidence; a comment or a request for changes is an event without it.
    evidence: approved
      ? [
          {
            evidenceType: "approval",
            title: `${reviewer} approved: ${title}`,
            sourceObjectId: key,
            capturedAt: receivedAt,
            payload: { reviewer, url: textIn(review, "html_url") },
            dedupeKey: `github:evidence:${base}`,
          },
        ]
      : [],
    intents: approved ? linkTo(caseId, key) : [],
  };
});
