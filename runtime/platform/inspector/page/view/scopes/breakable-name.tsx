import { Fragment } from "preact";

/** A name that breaks only between its words where it does not fit into one line. */
export function BreakableName({ name }: { readonly name: string }) {
  return (
    <bdi>
      {name.split(/(?<=[:._-])|(?<=[a-z])(?=[A-Z])/).map((word, index) => (
        <Fragment key={index}>
          {index > 0 && <wbr />}
          {word}
        </Fragment>
      ))}
    </bdi>
  );
}
