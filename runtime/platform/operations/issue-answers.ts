import type { JsonObject } from "../../base/json.js";

/** Whether answers about issues are in a member of their name, such as `{issue: {…}}` and `{comments: […]}`, or bare. */
export type IssueAnswers = "wrapped" | "bare";

/** The body of an answer in this form. */
export type Present = (name: "issue" | "comment" | "comments" | "members", value: unknown) => unknown;

/** Lists of issues are not concerned: they always have `pagination` beside them. */
export function presentAs(form: IssueAnswers): Present {
  return (name, value): unknown => (form === "bare" ? value : ({ [name]: value } satisfies JsonObject));
}
