import { KiketError } from "../base/errors.js";

/** Parameters that no source names: they are passed on as they are (wire contract A27). */
export type DirectiveParameters = Readonly<Record<string, unknown>> & { readonly kind?: never };

export type DirectiveKind = "add_comment" | "set_field" | "transition" | "assign" | "notify";

/** Something that Kiket is to do once the handler has answered (wire contract §1.9). */
export interface ActionDirective<Kind extends string = string> {
  readonly kind: Kind;
  readonly [parameter: string]: unknown;
}

export interface ActionReply {
  readonly actions: readonly ActionDirective[];
}

/** Makers of action directives. */
export interface Directives {
  /**
   * Comments on the issue; the only directive whose parameters are documented.
   * @throws {KiketError} where the body is blank.
   */
  addComment(body: string): ActionDirective<"add_comment">;
  /** Sets a field of the issue. */
  setField(parameters: DirectiveParameters): ActionDirective<"set_field">;
  /** Moves the issue to another state; needs the permission to write workflows. */
  transition(parameters: DirectiveParameters): ActionDirective<"transition">;
  /** Assigns the issue. */
  assign(parameters: DirectiveParameters): ActionDirective<"assign">;
  /** Notifies somebody. */
  notify(parameters: DirectiveParameters): ActionDirective<"notify">;
}

function make<Kind extends DirectiveKind>(kind: Kind, parameters: object): ActionDirective<Kind> {
  return { ...parameters, kind };
}

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
 * The action directives of a reply: `return actions(directive.addComment("Done"))`, or beside a verdict
 * `return { ...allow(), ...actions(directive.addComment("Done")) }`.
 */
export function actions(...directives: readonly ActionDirective[]): ActionReply {
  return { actions: directives };
}
