import { defineNormalizer, originOf } from "../generated/evidence.gen.js";
import { linkTo } from "../link.js";
import { objectIn, pullRequestIn, textIn } from "../pull-request.js";

export default defineNormalizer("pull_request", (rawEvent) => {
  const { receivedAt, payload } = rawEvent;
  const { key, title, url, merged, updatedAt, caseId } = pullRequestIn(payload);
  const action = textIn(payload, "action");
  return {
    ...originOf(rawEvent),
    caseId,
    eventType: merged ? "repository.pull_request_merged" : "evidence.observed",
    sourceObjectId: key,
    actor: { type: "user", id: textIn(objectIn(payload.sender), "login") },
    subject: { type: "pull_request", id: key },
    occurredAt: updatedAt,
    attributes: { action, merged },
    dedupeKey: `github:pull_request:${key}:${action}`,
    evidence: [
      {
        evidenceType: "pull_request",
        title: merged ? `Merged: ${title}` : title,
        sourceObjectId: key,
        capturedAt: receivedAt,
        payload: { url, action, merged },
        dedupeKey: `github:evidence:pull_request:${key}:${action}`,
      },
    ],
    intents: linkTo(caseId, key),
  };
});
