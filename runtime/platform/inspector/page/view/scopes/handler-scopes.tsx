import type { HandlerScopes, ScopeUse } from "../../../scope-report.js";
import { BreakableName } from "./breakable-name.jsx";

type OnShow = (delivery: string) => void;

function Refusal({ refused, onShow }: { readonly refused: HandlerScopes["refused"]; readonly onShow: OnShow }) {
  if (refused === undefined) return null;
  return (
    <span class="bad">
      refused with 403 without <bdi>{refused.lacking.join(", ")}</bdi>:{" "}
      <button type="button" class="link" onClick={() => onShow(refused.delivery)}>
        {refused.delivery}
      </button>
    </span>
  );
}

function listed(scopes: readonly string[], none: string): string {
  return scopes.length === 0 ? none : scopes.join(", ");
}

function Use({ use, onShow }: { readonly use: ScopeUse; readonly onShow: OnShow }) {
  const { operation, scopes, calls, inCode, refused } = use;
  return (
    <tr>
      <th scope="row">
        <BreakableName name={operation} />
      </th>
      <td>
        <BreakableName name={listed(scopes, "none is known")} />
      </td>
      <td>{inCode ? "yes" : "no"}</td>
      <td>
        {calls} <Refusal refused={refused} onShow={onShow} />
      </td>
    </tr>
  );
}

/** What one handler requires and calls, and what its token had. */
export function HandlerScopesSection({
  handler,
  onShow,
}: {
  readonly handler: HandlerScopes;
  readonly onShow: OnShow;
}) {
  const { name, required, granted, uses, refused } = handler;
  return (
    <section class="handler-scopes" aria-label={name}>
      <h4>
        <bdi>{name}</bdi>
      </h4>
      <p>
        Requires{" "}
        <bdi>{required === undefined ? "what its code says, which was not read" : listed(required, "none")}</bdi>.
        {granted !== undefined && (
          <>
            {" "}
            The token of its newest delivery had <bdi>{listed(granted, "none")}</bdi>.
          </>
        )}
      </p>
      {refused !== undefined && (
        <p>
          A delivery was <Refusal refused={refused} onShow={onShow} />.
        </p>
      )}
      {uses.length === 0 ? (
        <p class="quiet">No call of the API is known. Send a delivery to see what it calls.</p>
      ) : (
        <table class="scopes-table">
          <thead>
            <tr>
              <th scope="col">operation</th>
              <th scope="col">needs</th>
              <th scope="col">in the code</th>
              <th scope="col">calls seen</th>
            </tr>
          </thead>
          <tbody>
            {uses.map((use) => (
              <Use key={use.operation} use={use} onShow={onShow} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
