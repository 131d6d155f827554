/** An event schema, as far as it decides on which page the event stands. */
export interface Placed {
  readonly name: string;
  readonly category: string;
}

/** A page of events. */
export interface EventFamily {
  /** The file's name without its ending. */
  readonly page: string;
  readonly title: string;
  readonly intro: string;
  readonly has: (event: Placed) => boolean;
}

const ofCategory =
  (...categories: readonly string[]) =>
  ({ category }: Placed): boolean =>
    categories.includes(category);

/** Events of one provider have names such as `slack.notify`. */
const ofProvider =
  (...providers: readonly string[]) =>
  ({ name }: Placed): boolean =>
    providers.some((provider) => name.startsWith(`${provider}.`));

function provider(page: string, title: string, ...names: readonly string[]): EventFamily {
  const intro = `Events of the extensions for ${title}. Kiket sends them to the extension that declares them, for example as a command. Your own extension chooses other names.`;
  return { page, title: `Events for ${title}`, intro, has: ofProvider(...(names.length === 0 ? [page] : names)) };
}

/** The pages, in the order of the index. An event stands on the first page that has it. */
export const eventFamilies: readonly EventFamily[] = [
  {
    page: "issue",
    title: "Issue events",
    intro:
      "Something happened to an issue. Kiket may send each of them by its newer name too, which begins with `case.`.",
    has: ofCategory("issue"),
  },
  {
    page: "case",
    title: "Case events",
    intro: "Something happened to a case. A case is the newer name of an issue.",
    has: ofCategory("case"),
  },
  { page: "comment", title: "Comment events", intro: "Somebody wrote a comment.", has: ofCategory("comment") },
  {
    page: "workflow",
    title: "Workflow events",
    intro: "An issue or a case moves to another state. Before it moves, Kiket asks a guard for a verdict.",
    has: ofCategory("workflow"),
  },
  { page: "sla", title: "SLA events", intro: "The limit of an SLA is near or was exceeded.", has: ofCategory("sla") },
  {
    page: "approval",
    title: "Approval events",
    intro: "Somebody is asked for an approval, or has decided.",
    has: ofCategory("approval"),
  },
  {
    page: "automation",
    title: "Events of automations, schedules and AI",
    intro: "Nobody acts: a rule, a clock or a model causes the event.",
    has: ofCategory("automation", "schedule", "ai"),
  },
  {
    page: "platform",
    title: "Events of workspaces, boards and deliveries",
    intro: "Events about Kiket itself. Most of them were seen only in an archived catalogue of Kiket's documentation.",
    has: ofCategory("platform"),
  },
  provider("calendar", "calendars", "calendar", "googleCalendar", "microsoftCalendar"),
  provider("email", "e-mail"),
  provider("github", "GitHub"),
  provider("jira", "Jira"),
  provider("slack", "Slack"),
  provider("teams", "Microsoft Teams", "teams"),
  provider("time", "time tracking"),
  provider("twilio", "Twilio"),
  provider("zoom", "Zoom"),
  {
    page: "oauth",
    title: "OAuth events",
    intro: "A user connects or disconnects an account of a third party.",
    has: (event) => ofCategory("oauth")(event) || ofProvider("google")(event),
  },
  {
    page: "external-webhook",
    title: "External webhooks",
    intro:
      "A third party posts to an address that Kiket gives to the extension, and Kiket passes the request on. The last part of the name is your own: `external.webhook.<action>`.",
    has: ofCategory("external_webhook"),
  },
  {
    page: "own-names",
    title: "Commands, workflow actions and tests",
    intro: "Events whose names an extension chooses itself, with the members that a delivery of them has.",
    has: ofCategory("command", "workflow_action", "setup_test", "test"),
  },
];
