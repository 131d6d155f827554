import type { EventCatalog, EventRecord, Shape } from "../../contracts/event-catalog.js";
import type { Layout } from "../../project/layout.js";
import { paths } from "../plan.js";
import { type Fragment, local } from "../printer.js";

/** The shared ones of the shapes that a record's text uses, as imports. */
function imports(uses: readonly string[], { shapes }: EventRecord, layout: Layout) {
  return uses.filter((name) => shapes[name] === name).map((name) => local("type", name, paths.shapes(layout)));
}

/** The members of a payload, with the shapes that they use. */
export function membersOf(record: EventRecord, layout: Layout): Fragment {
  return { text: record.members, mentions: imports(record.uses, record, layout) };
}

function declaration({ text, uses }: Shape, record: EventRecord, layout: Layout): Fragment {
  return { text: `${text}\n`, mentions: imports(uses, record, layout) };
}

/** Declarations of the shapes that only this event has. */
export function ownShapes(catalog: EventCatalog, record: EventRecord, layout: Layout): Fragment {
  return Object.entries(record.shapes).flatMap(([name, key]) => {
    const shape = name === key ? undefined : catalog.shapes[key];
    return shape === undefined ? [] : [declaration(shape, record, layout)];
  });
}

/** The shapes that events share, each once. */
export function renderShapes(catalog: EventCatalog, names: readonly string[]): Fragment {
  return names.map((name) => catalog.shapes[name]?.text).join("\n");
}
