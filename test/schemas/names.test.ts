import { expect, it } from "vitest";
import { readEvents } from "./read.js";

/** Every event name of the record (facts 820 to 846, 848), by row. */
const recorded = [
  "issue.created issue.transitioned issue.assigned issue.commented issue.updated issue.status_changed issue.closed",
  "case.created case.transitioned case.assigned case.commented case.updated",
  "comment.created comment.added",
  "workflow.before_transition workflow.after_transition workflow.triggered workflow.updated",
  "workflow.sla_breach workflow.sla_status sla.warning sla.breach sla_warning sla_breach",
  "approval.requested approval.granted approval.denied approval.decided ai.suggested schedule.cron",
  "workspace.updated transition_requested",
  "before_transition after_transition issue_created issue_updated",
  "automation.dispatch automation.triggered extension.testConnection test.event",
  "calendar.sync calendar.list calendar.events",
  "googleCalendar.syncNow googleCalendar.listCalendars microsoftCalendar.syncNow microsoftCalendar.listCalendars",
  "oauth.authorize oauth.callback oauth.refresh oauth.revoke google.connect google.disconnect",
  "external.webhook.inbound_email external.webhook.status_callback email.inbound",
  "email.send email.sendDigest email.managePreferences email.validateTemplate",
  "slack.sendMessage slack.sendThreadedMessage slack.validateChannel slack.requestApproval",
  "teams.sendMessage teams.sendAdaptiveCard teams.sendThreadedMessage teams.validateChannel teams.requestApproval",
  "twilio.sendSMS twilio.sendVoice twilio.manageOptIn zoom.sendMessage zoom.validateChannel",
  "time.startTimer time.stopTimer time.viewReport time.exportCSV time.logManual",
  "github.syncRepository github.linkPR github.createIssue github.viewPR github.exportMetrics",
  "jira.syncIssue jira.createMapping jira.viewInJira jira.syncProject jira.exportMappings jira.createIssue",
  "email.workflowAction.sendEmail slack.workflowAction.sendChannelMessage slack.workflowAction.requestApproval",
  "twilio.workflowAction.sendSms email.validateSmtp twilio.validateCredentials mailjet.connectParseApi",
  "github.testConnection jira.testConnection",
  "email.digest.queue email.digest.send email.preferences.update email.preferences.check email.template.validate",
  "twilio.sms.send twilio.voice.send twilio.mms.send twilio.opt_in.check twilio.opt_in.update twilio.validate",
  "slack.notify slack.validate teams.notify teams.validate",
  "github.webhooks.receive jira.webhooks.kiket.issue_transitioned jira.webhooks.receive github.pull_request.merged",
  "extension.delivery.started extension.delivery.completed extension.delivery.failed extension.installation",
  "marketplace.installation.created workflow.synced workflow.issue.transitioned workflow.issue.assignment.updated",
  "workflow.approval.requested workflow.approval.resolved board.generated analytics.metric_alert",
].flatMap((row) => row.split(" "));

/** Files that stand for more than one recorded name, or complete the pairs of issue and case. */
const beyond = [
  "command",
  "workflow_action",
  "setup_test",
  "external.webhook",
  "case.status_changed",
  "case.closed",
  "envelope",
  "shapes",
];

it("there is one file for every recorded event, and no other", () => {
  const expected = [...recorded, ...beyond].map((name) => `${name}.v1.schema.json`).sort();
  expect([...readEvents().keys()]).toEqual(expected);
});
