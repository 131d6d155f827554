import type { EventModel } from "../../model/model.js";
import type { Layout } from "../../project/layout.js";
import { paths } from "../plan.js";
import { code, type Fragment, local } from "../printer.js";
import { run } from "./runtime-names.js";

/** An empty handler. Until it is filled in, it answers 501 with its own name. */
export function renderStub(event: EventModel, layout: Layout): Fragment {
  const module = paths.event(layout, event);
  const defineHandler = local("value", "defineHandler", module);
  const notImplemented = local("value", "notImplemented", module);
  return code`export default ${defineHandler}((payload, context) => ${notImplemented}(payload, context));
`;
}

/** The program that serves the extension. It does not await: CommonJS has no `await` at the top level. */
export function renderMain(layout: Layout): Fragment {
  const createExtension = local("value", "createExtension", paths.extension(layout));
  return code`void ${run}(() => ${createExtension}());\n`;
}
