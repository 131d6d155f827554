import { KiketError } from "../base/errors.js";

/** Parameters of an action. Their names are not documented, so they are passed on unchanged. */
export type DirectiveParameters = Readonly<Record<string, unknown>> & { readonly kind?: never };

/** The actions that documentation names. */
export type DirectiveKind = "add_comment" | "set_field" | "transition" | "assign" | "notify";

// See fact 180.
/** An action that Kiket performs after the handler has answered. Seen only in documentation. */
export interface ActionDirective<Kind extends string = string> {
  /** What Kiket is to do. */
  readonly kind: Kind;
  /** Parameters of the action. Most have no documented names. */
  readonly [parameter: string]: unknown;
}

/** What `actions` returns: the result of a handler that wants actions. */
export interface ActionReply {
  readonly actions: readonly ActionDirective[];
}

/** Functions that make action directives. */
export interface Directives {
  /**
   * Adds a comment to the issue. This is the only directive whose parameters are documented.
   * @throws {KiketError} if the body is blank.
   */
  addComment(body: string): ActionDirective<"add_comment">;
  /** Sets a field of the issue. */
  setField(parameters: DirectiveParameters): ActionDirective<"set_field">;
  /** Moves the issue to another state. Needs a scope to write. */
  transition(parameters: DirectiveParameters): ActionDirective<"transition">;
  /** Assigns the issue. */
  assign(parameters: DirectiveParameters): ActionDirective<"assign">;
  /** Sends a notification. */
  notify(parameters: DirectiveParameters): ActionDirective<"notify">;
}

function make<Kind extends DirectiveKind>(kind: Kind, parameters: object): ActionDirective<Kind> {
  return { ...parameters, kind };
}

/** Makes action directives, for `actions`. */
export const directive: Directives = Object.freeze({
  addComment(body: string) {
    if (body.trim() === "") throw new KiketError("addComment() needs a body that is not blank.");
    return make("add_comment", { body });
  },
  setField: (parameters: DirectiveParameters) => make("set_field", parameters),
  transition: (parameters: DirectiveParameters) => make("transition", parameters),
  assign: (parameters: DirectiveParameters) => make("assign", parameters),
  notify: (parameters: DirectiveParameters) => make("notify", parameters),
});

/**
 * The action directives of a reply: `return actions(directive.addComment("Done"))`, or with a verdict:
 * `return { ...allow(), ...actions(directive.addComment("Done")) }`.
 */
export function actions(...directives: readonly ActionDirective[]): ActionReply {
  return { actions: directives };
}
