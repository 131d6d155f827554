import { expect, test } from "vitest";
import { actions, allow, directive } from "../../../runtime/index.js";

test("action directives", () => {
  const reply = actions(
    directive.addComment("Done"),
    directive.setField({ field: "priority", value: "high" }),
    directive.transition({ to: "closed" }),
    directive.assign({ user_id: 7 }),
    directive.notify({ channel: "C1" }),
  );
  expect(reply).toEqual({
    actions: [
      { kind: "add_comment", body: "Done" },
      { kind: "set_field", field: "priority", value: "high" },
      { kind: "transition", to: "closed" },
      { kind: "assign", user_id: 7 },
      { kind: "notify", channel: "C1" },
    ],
  });
  expect({ ...allow({ message: "Fine" }), ...actions() }).toEqual({
    status: "allow",
    message: "Fine",
    metadata: {},
    actions: [],
  });
});

test("a blank comment and a kind among the parameters are refused", () => {
  expect(() => directive.addComment(" ")).toThrow("addComment() needs a body that is not blank.");
  const sneaky: Record<string, unknown> = { kind: "transition" };
  expect(directive.assign(sneaky as { readonly user_id?: number })).toEqual({ kind: "assign" });
});
